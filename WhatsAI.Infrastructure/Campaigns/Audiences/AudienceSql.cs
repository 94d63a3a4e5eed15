using Npgsql;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Segments;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Audiences;

/// <summary>Somebody of an audience with all that is asked of him.</summary>
/// <param name="Source">Of the audience's sources the first that he is of, from 0.</param>
/// <param name="Name">Null where only a phone is known.</param>
/// <param name="Fields">As they are stored.</param>
/// <param name="IsKnown">He wrote to the company before.</param>
/// <param name="Talks">The number of the pool he talked with last; null for none, or where no pool was named.</param>
internal sealed record AudiencePerson(AudienceFacts Facts, short Source, string? Name, string Fields, bool IsKnown, InstanceId? Talks);

/// <summary>An audience with its segments read, so that it means the same from the first page to the last.</summary>
internal sealed record AudienceScope(IReadOnlyList<AudienceScope.Part> From, IReadOnlyList<AudienceScope.Part> Without, SegmentDay Day)
{
    /// <param name="Rule">Of a segment; null for other sources.</param>
    internal sealed record Part(AudienceSource Source, SegmentRule? Rule);

    /// <summary>What is gone, or cannot be read, selects nobody.</summary>
    public static async Task<AudienceScope> ReadAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        Audience audience,
        SegmentDay day,
        CancellationToken ct
    )
    {
        return new AudienceScope(await PartsAsync(audience.From), await PartsAsync(audience.Without), day);

        async Task<List<Part>> PartsAsync(IReadOnlyList<AudienceSource> sources)
        {
            var parts = new List<Part>();
            foreach (var source in sources)
            {
                parts.Add(
                    new Part(
                        source,
                        source is AudienceSource.OfSegment of
                            ? await ContactScopes.RuleAsync(connection, tenant, of.Segment, ct) ?? new SegmentRule.Any([])
                            : null
                    )
                );
            }

            return parts;
        }
    }

    /// <summary>A condition over <c>contacts p</c>.</summary>
    public string Condition(Part part, SqlValues values) =>
        part.Source switch
        {
            AudienceSource.OfTag tag => SegmentSql.Condition(new SegmentRule.HasTag(tag.Tag), Day, values),
            AudienceSource.OfImport import =>
                $"EXISTS (SELECT FROM import_rows r WHERE r.tenant_id = p.tenant_id AND r.contact_id = p.id AND r.import_id = {values.Add(import.Import)})",
            _ => SegmentSql.Condition(part.Rule!, Day, values),
        };
}

/// <summary>Reads audiences a page after a contact, in the order of their ids. The connection has entered the tenant.</summary>
internal static class AudienceSql
{
    /// <summary>Why a message to a number that WhatsApp does not know failed.</summary>
    private static readonly string _notThere = $"failed.{LedgerRules.NameOf(GatewayFailure.NumberNotOnWhatsApp)}";

    /// <summary>For how long what a person got counts: the week of his cap, and a day for the zones.</summary>
    private static readonly TimeSpan _marketing = TimeSpan.FromDays(8);

    /// <param name="after">Null: from the beginning.</param>
    /// <param name="pool">To find the number that each talks with; null: it is not asked for.</param>
    public static NpgsqlCommand Page(
        NpgsqlConnection connection,
        TenantId tenant,
        AudienceScope scope,
        ContactId? after,
        int size,
        PoolId? pool = null
    )
    {
        var values = new SqlValues();
        values.Add(tenant.Value);
        var from = string.Join(
            " ",
            scope.From.Select(
                (part, i) => $"WHEN {scope.Condition(part, values)} THEN {i.ToString(System.Globalization.CultureInfo.InvariantCulture)}"
            )
        );
        var without = string.Concat(scope.Without.Select(part => $" AND NOT {scope.Condition(part, values)}"));
        var place = after is { } last ? $" AND p.id > {values.Add(last.Value)}" : "";
        var (most, facts) = (values.Add(size), Facts("a.id", values, pool));
        return connection.Sql(
            $"""
            WITH page AS MATERIALIZED (
                SELECT a.id, a.source FROM (
                    SELECT p.id, CASE {from} END AS source FROM contacts p WHERE {ContactListSql.Listed}{place}{without}
                ) a WHERE a.source IS NOT NULL ORDER BY a.id LIMIT {most}
            )
            SELECT {facts}, a.source FROM page a JOIN contacts p ON p.tenant_id = $1 AND p.id = a.id ORDER BY a.id
            """,
            values.All
        );
    }

    /// <summary>The same of certain contacts, whatever audience they are of; who is gone is not among them.</summary>
    public static NpgsqlCommand Of(NpgsqlConnection connection, TenantId tenant, IEnumerable<ContactId> contacts)
    {
        var values = new SqlValues();
        values.Add(tenant.Value);
        var among = values.Add(contacts.Select(c => c.Value).ToArray());
        var facts = Facts("p.id", values, pool: null);
        return connection.Sql(
            $"""
            SELECT {facts}, 0 FROM contacts p WHERE {ContactListSql.Listed} AND p.id = ANY ({among}) ORDER BY p.id
            """,
            values.All
        );
    }

    /// <summary>The whole, then each source alone, then each that is taken out: all in one walk through the contacts.</summary>
    public static NpgsqlCommand Count(NpgsqlConnection connection, TenantId tenant, AudienceScope scope)
    {
        var values = new SqlValues();
        values.Add(tenant.Value);
        string[] from = [.. scope.From.Select(p => scope.Condition(p, values))];
        string[] without = [.. scope.Without.Select(p => scope.Condition(p, values))];
        var whole = "(" + string.Join(" OR ", from) + ")" + string.Concat(without.Select(w => " AND NOT " + w));
        var counts = string.Join(", ", new[] { whole }.Concat(from).Concat(without).Select(c => "count(*) FILTER (WHERE " + c + ")"));
        return connection.Sql($"SELECT {counts} FROM contacts p WHERE {ContactListSql.Listed}", values.All);
    }

    public static async Task<List<AudiencePerson>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            var people = new List<AudiencePerson>();
            while (await reader.ReadAsync(ct))
            {
                var marketing = reader.GetFieldValue<DateTime[]>(8);
                people.Add(
                    new AudiencePerson(
                        new AudienceFacts(
                            new ContactId(reader.GetGuid(0)),
                            reader.IsDBNull(1) ? null : reader.GetString(1),
                            IsSuppressed: reader.GetBoolean(5),
                            IsBlocked: reader.GetBoolean(6),
                            HasWhatsApp: reader.GetBoolean(9) ? false : null,
                            Enum.Parse<ConsentState>(reader.GetString(2)),
                            IsWithAgent: reader.GetBoolean(7),
                            marketing.Length == 0 ? [] : Array.ConvertAll(marketing, at => new DateTimeOffset(at))
                        ),
                        (short)reader.GetInt32(12),
                        reader.IsDBNull(3) ? null : reader.GetString(3),
                        reader.GetString(4),
                        reader.GetBoolean(10),
                        reader.IsDBNull(11) ? null : new InstanceId(reader.GetGuid(11))
                    )
                );
            }

            return people;
        }
    }

    // What went out or may have, and what waits, of any campaign: of its own there is none while somebody is not handed over. A message that the retention
    // took away is too old to count.
    private static string Facts(string id, SqlValues values, PoolId? pool)
    {
        var (since, notThere) = (values.Add(_marketing), values.Add(_notThere));
        var among = pool is { } of ? values.Add(of.Value) : "";
        var talks = pool is not null
            ? $"""
                (SELECT c.instance_id FROM conversations c JOIN conversation_heads h ON h.tenant_id = $1 AND h.conversation_id = c.id
                    JOIN pool_members b ON b.tenant_id = $1 AND b.instance_id = c.instance_id AND b.pool_id = {among}
                    WHERE c.tenant_id = $1 AND c.contact_id = {id} ORDER BY h.last_at DESC LIMIT 1)
                """
            : "NULL::uuid";
        return $"""
            p.id, p.phone, p.consent, coalesce(p.name, p.push_name), p.fields,
            EXISTS (SELECT FROM contact_identities i JOIN suppressions s ON s.tenant_id = $1 AND s.kind = i.kind AND s.value = i.value
                WHERE i.tenant_id = $1 AND i.contact_id = {id})
                OR EXISTS (SELECT FROM suppressions s WHERE s.tenant_id = $1 AND s.kind = 'Phone' AND s.value = p.phone),
            EXISTS (SELECT FROM conversations c WHERE c.tenant_id = $1 AND c.contact_id = {id} AND c.blocked_at IS NOT NULL),
            EXISTS (SELECT FROM conversations c JOIN conversation_heads h ON h.tenant_id = $1 AND h.conversation_id = c.id
                WHERE c.tenant_id = $1 AND c.contact_id = {id} AND h.status = 'Open' AND h.assignee_id IS NOT NULL),
            ARRAY(SELECT w.at FROM campaign_sends w LEFT JOIN messages m ON m.tenant_id = $1 AND m.id = w.message_id
                WHERE w.tenant_id = $1 AND w.contact_id = {id} AND w.at > now() - {since}::interval AND coalesce(m.delivery, 'Sent') NOT IN ('Failed', 'Skipped'))
                || ARRAY(SELECT greatest(w.queued_at, w.not_before) FROM pool_messages w WHERE w.tenant_id = $1 AND w.contact_id = {id}),
            EXISTS (SELECT FROM campaign_recipients r WHERE r.tenant_id = $1 AND r.contact_id = {id} AND r.state = 'Failed' AND r.phone = p.phone
                AND r.reason = {notThere}),
            EXISTS (SELECT FROM conversations c JOIN conversation_heads h ON h.tenant_id = $1 AND h.conversation_id = c.id
                WHERE c.tenant_id = $1 AND c.contact_id = {id} AND h.last_inbound_at IS NOT NULL),
            {talks}
            """;
    }
}
