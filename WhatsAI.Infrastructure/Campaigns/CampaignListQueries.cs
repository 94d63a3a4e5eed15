using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns;

/// <summary>The company's campaigns, the newest first, with the figures of those that are shown and of no other.</summary>
public sealed class CampaignListQueries(NpgsqlDataSource database, CurrentMember member, MemberNames names)
{
    public const int PageSize = 30;

    // The counts of a page are read beside it: joined, the planner would sort them for all campaigns there are.
    private const string Rows = """
        SELECT c.id, c.name, c.xmin::text::bigint, c.state, c.state_since, c.cause, c.detail, c.author_id, p.name, c.schedule, c.created_at,
            (SELECT min(h.at) FROM campaign_changes h WHERE h.tenant_id = $1 AND h.campaign_id = c.id AND h."to" = 'Running'),
            (SELECT h.by_name FROM campaign_changes h WHERE h.tenant_id = $1 AND h.campaign_id = c.id ORDER BY h.id DESC LIMIT 1),
            r.prepared_at IS NOT NULL, CASE WHEN c.state = 'Draft' THEN (f.plan ->> 'people')::int ELSE r.recipients END,
            CASE WHEN c.state = 'Paused' THEN c.audience END
        FROM c
        LEFT JOIN pools p ON p.tenant_id = $1 AND p.id = c.pool_id
        LEFT JOIN campaign_runs r ON r.tenant_id = $1 AND r.campaign_id = c.id
        LEFT JOIN flight_plans f ON f.tenant_id = $1 AND f.campaign_id = c.id
        ORDER BY c.created_at DESC, c.id DESC
        """;

    private const string Page = $"""
        WITH c AS MATERIALIZED (
            SELECT c.*, c.xmin FROM campaigns c
            WHERE tenant_id = $1 AND ($2::text IS NULL OR strpos(folded_name, $2) > 0) AND ($3::text IS NULL OR state = $3)
                AND ($4::timestamptz IS NULL OR (created_at, id) < ($4, $5))
            ORDER BY created_at DESC, id DESC LIMIT $6
        )
        {Rows}
        """;

    private const string These =
        $"WITH c AS MATERIALIZED (SELECT c.*, c.xmin FROM campaigns c WHERE tenant_id = $1 AND id = ANY ($2)) {Rows}";

    /// <param name="typed">A part of the name; null or blank: all.</param>
    /// <param name="state">Null: all.</param>
    /// <param name="after">Where the page before ended.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<KeyPage<CampaignListRow, CampaignKey>> PageAsync(
        string? typed = null,
        CampaignState? state = null,
        CampaignKey? after = null,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.CampaignsRead);
        var rows = await ReadAsync(
            Page,
            [
                Text(OneLine.Fold(typed ?? "") is { Length: > 0 } folded ? folded : null),
                Text(state?.ToString()),
                new NpgsqlParameter
                {
                    NpgsqlDbType = NpgsqlDbType.TimestampTz,
                    Value = (object?)after?.CreatedAt.ToUniversalTime() ?? DBNull.Value,
                },
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Uuid, Value = (object?)after?.Id.Value ?? DBNull.Value },
                PageSize + 1,
            ],
            ct
        );
        return KeyPage.Cut(rows, PageSize, r => r.Key);
    }

    /// <summary>These as they are now; what is gone is not among them.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<IReadOnlyList<CampaignListRow>> FindAsync(IReadOnlyCollection<CampaignId> ids, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsRead);
        return ids.Count == 0 ? [] : await ReadAsync(These, [ids.Select(i => i.Value).Distinct().ToArray()], ct);
    }

    /// <summary>What there is of what a first campaign needs.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<CampaignNeeds> NeedsAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsRead);
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        await using var command = scope.Connection.Sql(
            """
            SELECT EXISTS (SELECT FROM message_templates WHERE tenant_id = $1 AND archived_at IS NULL),
                EXISTS (SELECT FROM contacts WHERE tenant_id = $1), EXISTS (SELECT FROM pools WHERE tenant_id = $1)
            """,
            member.TenantId.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new CampaignNeeds(reader.GetBoolean(0), reader.GetBoolean(1), reader.GetBoolean(2));
    }

    private async Task<List<CampaignListRow>> ReadAsync(string sql, IReadOnlyList<object?> values, CancellationToken ct)
    {
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        var found = new List<(CampaignListRow Row, UserId Author, Audience? Audience)>();
        await using (var command = scope.Connection.Sql(sql, [member.TenantId.Value, .. values]))
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                found.Add(Read(reader));
            }
        }

        var funnels = await FunnelsAsync(scope.Connection, [.. found.Select(f => f.Row.Id.Value)], ct);
        var blamed = await CulpritNames.ReadAsync(
            scope.Connection,
            member,
            [.. found.Where(f => f.Row.Blamed is not null).Select(f => (f.Row.Id, f.Row.Blamed!, f.Audience))],
            ct
        );
        var authors = await names.OfAsync(member.TenantId, found.Select(f => f.Author), ct);
        return
        [
            .. found.Select(f =>
                f.Row with
                {
                    Author = authors.GetValueOrDefault(f.Author),
                    Culprit = blamed.GetValueOrDefault(f.Row.Id),
                    Funnel = funnels.GetValueOrDefault(f.Row.Id, f.Row.Funnel),
                }
            ),
        ];
    }

    private async Task<Dictionary<CampaignId, Funnel>> FunnelsAsync(NpgsqlConnection connection, Guid[] ids, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT campaign_id, kind, sum(people)::int FROM campaign_counts
            WHERE tenant_id = $1 AND campaign_id = ANY ($2) AND people <> 0 GROUP BY campaign_id, kind
            """,
            member.TenantId.Value,
            ids
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var counts = new Dictionary<CampaignId, Dictionary<RecipientState, int>>();
        while (await reader.ReadAsync(ct))
        {
            // What is counted beside the states is no part of the funnel.
            if (Enum.TryParse<RecipientState>(reader.GetString(1), out var state))
            {
                var id = new CampaignId(reader.GetGuid(0));
                (counts.TryGetValue(id, out var of) ? of : counts[id] = [])[state] = reader.GetInt32(2);
            }
        }

        return counts.ToDictionary(c => c.Key, c => Funnel.Of(c.Value));
    }

    private static (CampaignListRow Row, UserId Author, Audience? Audience) Read(NpgsqlDataReader r) =>
        (
            new CampaignListRow(
                new CampaignId(r.GetGuid(0)),
                r.GetString(1),
                (uint)r.GetInt64(2),
                Enum.Parse<CampaignState>(r.GetString(3)),
                r.GetFieldValue<DateTimeOffset>(4),
                r.IsDBNull(5) ? null : Enum.Parse<CampaignCause>(r.GetString(5)),
                r.IsDBNull(6) ? null : r.GetString(6),
                r.IsDBNull(12) ? null : r.GetString(12),
                Culprit: null,
                Author: null,
                r.IsDBNull(8) ? null : r.GetString(8),
                r.IsDBNull(9) ? null : CampaignJson.Read<CampaignSchedule>(r.GetString(9)),
                r.GetFieldValue<DateTimeOffset>(10),
                r.IsDBNull(11) ? null : r.GetFieldValue<DateTimeOffset>(11),
                r.GetBoolean(13),
                r.IsDBNull(14) ? null : r.GetInt32(14),
                Funnel.Of(new Dictionary<RecipientState, int>())
            ),
            new UserId(r.GetGuid(7)),
            r.IsDBNull(15) ? null : CampaignJson.Read<Audience>(r.GetString(15))
        );

    private static NpgsqlParameter Text(string? value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };
}
