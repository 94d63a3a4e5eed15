using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Inbox.Search;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Segments;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts;

/// <summary>Which contacts a list holds, with its saved segment read.</summary>
internal sealed record ContactScope(TagId? Tag, ConsentState? Consent, SegmentRule? Rule, SegmentDay Day)
{
    /// <summary>A condition over <c>contacts p</c>.</summary>
    public string Condition(SqlValues values)
    {
        var rules = new List<SegmentRule>();
        rules.AddRange(Tag is { } tag ? [new SegmentRule.HasTag(tag)] : []);
        rules.AddRange(Consent is { } state ? [new SegmentRule.ConsentIs(state)] : []);
        rules.AddRange(Rule is { } rule ? [rule] : []);
        return SegmentSql.Condition(new SegmentRule.All(rules), Day, values);
    }
}

/// <summary>Contacts by the folded name, a page after a place, cut from the index. The connection has entered the tenant.</summary>
internal static class ContactListSql
{
    private const string Columns = "p.id, coalesce(p.name, p.push_name), p.phone, p.picture_id, p.consent, p.sort_name";

    /// <summary>Of those that stand in lists: who was merged into another or forgotten does not.</summary>
    public const string Listed = "p.tenant_id = $1 AND p.merged_into IS NULL AND p.erased_at IS NULL";

    public static NpgsqlCommand Page(NpgsqlConnection connection, TenantId tenant, ContactScope scope, ContactKey? after, int size)
    {
        var values = Begin(tenant);
        var condition = scope.Condition(values);
        var place = after is null
            ? ""
            : "AND (p.sort_name, p.id) > (" + values.Add(after.SortName) + ", " + values.Add(after.Id.Value) + ")";
        var most = values.Add(size);
        return connection.Sql(
            $"SELECT {Columns} FROM contacts p WHERE {Listed} AND {condition} {place} ORDER BY p.sort_name, p.id LIMIT {most}",
            values.All
        );
    }

    /// <summary>Of these, those in the scope, in their order.</summary>
    public static NpgsqlCommand Among(NpgsqlConnection connection, TenantId tenant, ContactScope scope, IReadOnlyCollection<ContactId> ids)
    {
        var values = Begin(tenant);
        var condition = scope.Condition(values);
        var among = values.Add(ids.Select(i => i.Value).ToArray());
        return connection.Sql(
            $"SELECT {Columns} FROM contacts p WHERE {Listed} AND p.id = ANY ({among}) AND {condition} ORDER BY p.sort_name, p.id",
            values.All
        );
    }

    public static NpgsqlCommand Count(NpgsqlConnection connection, TenantId tenant, ContactScope scope)
    {
        var values = Begin(tenant);
        var condition = scope.Condition(values);
        return connection.Sql($"SELECT count(*) FROM contacts p WHERE {Listed} AND {condition}", values.All);
    }

    /// <summary>How many each rule selects, all in one walk through the contacts.</summary>
    public static async Task<IReadOnlyList<long>> CountEachAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyList<SegmentRule> rules,
        SegmentDay day,
        CancellationToken ct
    )
    {
        var values = Begin(tenant);
        var counts = string.Join(", ", rules.Select(r => "count(*) FILTER (WHERE " + SegmentSql.Condition(r, day, values) + ")"));
        await using var command = connection.Sql($"SELECT {counts} FROM contacts p WHERE {Listed}", values.All);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return [.. Enumerable.Range(0, rules.Count).Select(reader.GetInt64)];
    }

    /// <summary>The ids, for a campaign's audience or an export, in the order of the list.</summary>
    public static NpgsqlCommand Ids(NpgsqlConnection connection, TenantId tenant, ContactScope scope)
    {
        var values = Begin(tenant);
        var condition = scope.Condition(values);
        return connection.Sql($"SELECT p.id FROM contacts p WHERE {Listed} AND {condition} ORDER BY p.sort_name, p.id", values.All);
    }

    /// <summary>Whoever the words find, a page after a place: id and place.</summary>
    public static NpgsqlCommand Found(
        NpgsqlConnection connection,
        SearchWords words,
        IReadOnlyCollection<TagId> tags,
        ContactKey? after,
        int size
    ) =>
        connection.Sql(
            "SELECT id, sort_name FROM search_contacts($1, $2, $3, $4, $5, $6)",
            words.Text,
            words.Digits.ToArray(),
            tags.Select(t => t.Value).ToArray(),
            after?.SortName ?? "",
            after?.Id.Value ?? Guid.Empty,
            size
        );

    public static async Task<List<ContactRow>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            var rows = new List<ContactRow>();
            while (await reader.ReadAsync(ct))
            {
                var id = new ContactId(reader.GetGuid(0));
                rows.Add(
                    new ContactRow(
                        id,
                        reader.IsDBNull(1) ? null : reader.GetString(1),
                        reader.IsDBNull(2) ? null : reader.GetString(2),
                        reader.IsDBNull(3) ? null : new MediaId(reader.GetGuid(3)),
                        Enum.Parse<ConsentState>(reader.GetString(4)),
                        [],
                        null,
                        new ContactKey(reader.GetString(5), id)
                    )
                );
            }

            return rows;
        }
    }

    /// <summary>With their tags and last messages: two reads for a page, by key.</summary>
    public static async Task<IReadOnlyList<ContactRow>> FilledAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        NpgsqlParameter numbers,
        IReadOnlyList<ContactRow> rows,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            $"""
            SELECT p.id,
                ARRAY(SELECT t.tag_id FROM contact_tags t WHERE t.tenant_id = $1 AND t.contact_id = p.id),
                (SELECT max(h.last_at) FROM conversations c JOIN conversation_heads h ON h.tenant_id = $1 AND h.conversation_id = c.id
                    WHERE c.tenant_id = $1 AND c.contact_id = p.id AND {NumberSight.In("c.instance_id", 3)})
            FROM unnest($2::uuid[]) AS p (id)
            """,
            tenant.Value,
            rows.Select(r => r.Id.Value).ToArray(),
            numbers
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var more = new Dictionary<ContactId, (TagId[] Tags, DateTimeOffset? LastAt)>();
        while (await reader.ReadAsync(ct))
        {
            more[new ContactId(reader.GetGuid(0))] = (
                Array.ConvertAll(reader.GetFieldValue<Guid[]>(1), t => new TagId(t)),
                reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2)
            );
        }

        return [.. rows.Select(r => r with { Tags = more[r.Id].Tags, LastAt = more[r.Id].LastAt })];
    }

    // The tenant is the first value of each, which Listed names.
    private static SqlValues Begin(TenantId tenant)
    {
        var values = new SqlValues();
        values.Add(tenant.Value);
        return values;
    }
}
