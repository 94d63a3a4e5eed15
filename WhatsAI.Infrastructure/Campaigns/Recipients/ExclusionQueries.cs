using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Inbox.Search;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns.Recipients;

/// <summary>Somebody of the audience who gets nothing.</summary>
/// <param name="Phone">As it was at launch; null for none, or the person was forgotten.</param>
public sealed record ExclusionRow(ContactId Contact, string? Name, string? Phone, Exclusion Reason);

/// <summary>Where a page ended.</summary>
public sealed record ExclusionKey(string Name, Exclusion Reason, ContactId Contact);

/// <summary>Who was left out of a campaign when its audience was frozen, and why. How many stands with its figures.</summary>
public sealed class ExclusionQueries(NpgsqlDataSource database, CurrentMember member)
{
    public const int PageSize = 60;

    private const string Columns =
        "SELECT e.contact_id, coalesce(p.name, p.push_name), e.phone, e.reason, coalesce(p.sort_name, '') FROM campaign_exclusions e "
        + "LEFT JOIN contacts p ON p.tenant_id = $1 AND p.id = e.contact_id";

    /// <summary>Reason by reason, or of those whom the words find, by name.</summary>
    /// <exception cref="RuleException">The member may not, or it took too long.</exception>
    public async Task<KeyPage<ExclusionRow, ExclusionKey>> PageAsync(
        CampaignId campaign,
        Exclusion? reason,
        string? text = null,
        ExclusionKey? after = null,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.CampaignsRead);
        var words = SearchWords.Read(text);
        return words is { IsEmpty: false, IsTooShort: true }
            ? new KeyPage<ExclusionRow, ExclusionKey>([], null)
            : await Patience.AskAsync(
                database,
                member.TenantId,
                connection =>
                    words.IsEmpty
                        ? ListAsync(connection, campaign, reason, after, ct)
                        : SearchAsync(connection, campaign, reason, words, after, ct),
                ct
            );
    }

    private async Task<KeyPage<ExclusionRow, ExclusionKey>> ListAsync(
        NpgsqlConnection connection,
        CampaignId campaign,
        Exclusion? reason,
        ExclusionKey? after,
        CancellationToken ct
    ) =>
        Cut(
            await ReadAsync(
                connection.Sql(
                    $"""
                    {Columns}
                    WHERE e.tenant_id = $1 AND e.campaign_id = $2 AND ($3::text IS NULL OR e.reason = $3)
                        AND ($4::text IS NULL OR (e.reason, e.contact_id) > ($4, $5)) ORDER BY e.reason, e.contact_id LIMIT $6
                    """,
                    member.TenantId.Value,
                    campaign.Value,
                    Text(reason?.ToString()),
                    Text(after?.Reason.ToString()),
                    after?.Contact.Value ?? Guid.Empty,
                    PageSize + 1
                ),
                ct
            )
        );

    private async Task<KeyPage<ExclusionRow, ExclusionKey>> SearchAsync(
        NpgsqlConnection connection,
        CampaignId campaign,
        Exclusion? reason,
        SearchWords words,
        ExclusionKey? after,
        CancellationToken ct
    )
    {
        var (found, rest) = await new PeopleFound(connection, words, []).CollectAsync(
            people =>
                ReadAsync(
                    connection.Sql(
                        $"""
                        {Columns}
                        WHERE e.tenant_id = $1 AND e.campaign_id = $2 AND ($3::text IS NULL OR e.reason = $3) AND e.contact_id = ANY ($4)
                        ORDER BY p.sort_name, e.contact_id
                        """,
                        member.TenantId.Value,
                        campaign.Value,
                        Text(reason?.ToString()),
                        people.Select(p => p.Value).ToArray()
                    ),
                    ct
                ),
            after is null ? null : new ContactKey(after.Name, after.Contact),
            PageSize,
            ct
        );
        return Cut(found, rest is null ? null : new ExclusionKey(rest.SortName, default, rest.Id));
    }

    private static KeyPage<ExclusionRow, ExclusionKey> Cut(
        IReadOnlyList<(ExclusionRow Row, ExclusionKey Key)> rows,
        ExclusionKey? rest = null
    ) => KeyPage.Cut(rows, PageSize, r => r.Key, rest).Select(r => r.Row);

    private static async Task<List<(ExclusionRow, ExclusionKey)>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            var rows = new List<(ExclusionRow, ExclusionKey)>();
            while (await reader.ReadAsync(ct))
            {
                var (contact, reason) = (new ContactId(reader.GetGuid(0)), Enum.Parse<Exclusion>(reader.GetString(3)));
                rows.Add(
                    (
                        new ExclusionRow(contact, reader.Text(1), reader.Text(2), reason),
                        new ExclusionKey(reader.GetString(4), reason, contact)
                    )
                );
            }

            return rows;
        }
    }

    private static NpgsqlParameter Text(string? value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };
}
