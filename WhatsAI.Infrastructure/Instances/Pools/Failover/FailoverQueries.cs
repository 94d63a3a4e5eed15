using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Failover;

/// <summary>The record of one failover.</summary>
/// <param name="PoolName">Null: the pool is gone.</param>
/// <param name="ServesName">Through which people in conversation are served; null where nobody could.</param>
/// <param name="PromotedName">The backup that became active; null for none.</param>
/// <param name="Key">What is said of it, a resource key below "failover.".</param>
/// <param name="Cause">A resource key below "cause.".</param>
/// <param name="FinishedAt">Null: under way.</param>
/// <param name="Conversations">That go on through the other number.</param>
/// <param name="Replies">Messages that waited to be sent and went with them.</param>
/// <param name="EndedAt">Of a drill: when somebody put everything back.</param>
public sealed record FailoverLine(
    FailoverId Id,
    PoolId Pool,
    string? PoolName,
    InstanceId Failed,
    string FailedName,
    InstanceId? Serves,
    string? ServesName,
    string? PromotedName,
    string Key,
    Verdict Verdict,
    string Cause,
    bool IsDrill,
    FailoverTimes Times,
    DateTimeOffset? FinishedAt,
    int Conversations,
    int Replies,
    int CampaignsHeld,
    int CampaignsGoOn,
    string? StartedByName,
    DateTimeOffset? EndedAt,
    string? EndedByName
);

/// <summary>What became of a campaign that had messages on the failed number.</summary>
/// <param name="Why">Empty: it went on through the pool. Else why it was held (resource keys below "held.").</param>
/// <param name="IsHeld">It waits for a decision now.</param>
/// <param name="ReleasedByName">Who let it go on, where somebody did.</param>
public sealed record FailoverCampaign(
    CampaignId Id,
    string Name,
    int Queued,
    IReadOnlyList<string> Why,
    bool IsHeld,
    string? ReleasedByName,
    DateTimeOffset? ReleasedAt
);

/// <summary>A failover with all that its plan said.</summary>
/// <param name="Slowed">Numbers at half their pace until <paramref name="SlowedUntil"/>.</param>
/// <param name="IsOut">The failed number is out of service since.</param>
public sealed record FailoverReport(
    FailoverLine Line,
    IReadOnlyList<FailoverCampaign> Campaigns,
    IReadOnlyList<string> Slowed,
    DateTimeOffset? SlowedUntil,
    bool IsOut
);

/// <summary>Reads of failovers and drills.</summary>
public sealed class FailoverQueries(NpgsqlDataSource database, CurrentMember member)
{
    private const string Columns = """
        f.id, f.pool_id, p.name, f.instance_id, i.name, f.serves_id, s.name, b.name, f.key, f.verdict, f.cause, f.is_drill, f.signal_at, f.detected_at,
            f.promoted_at, f.first_sent_at, f.finished_at, f.conversations, f.replies, f.campaigns_held, f.campaigns_go_on, f.started_by_name, f.ended_at,
            f.ended_by_name, f.plan,
            EXISTS (SELECT FROM pool_members m WHERE m.tenant_id = f.tenant_id AND m.instance_id = f.instance_id AND m.role = 'Quarantined'
                AND m.role_since < f.detected_at + interval '1 minute')
        FROM failovers f
        JOIN instances i ON i.tenant_id = f.tenant_id AND i.id = f.instance_id
        LEFT JOIN pools p ON p.tenant_id = f.tenant_id AND p.id = f.pool_id
        LEFT JOIN instances s ON s.tenant_id = f.tenant_id AND s.id = f.serves_id
        LEFT JOIN instances b ON b.tenant_id = f.tenant_id AND b.id = f.promoted_id
        """;

    /// <summary>Newest first, a page below <paramref name="before"/>.</summary>
    public async Task<IReadOnlyList<FailoverLine>> ListAsync(FailoverLine? before, int most, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersRead);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await using var command = transaction.Connection.Sql(
            $"""
            SELECT {Columns}
            WHERE f.tenant_id = $1 AND (f.detected_at, f.id) < ($2, $3) AND {NumberSight.In("f.instance_id", 5)}
            ORDER BY f.detected_at DESC, f.id DESC LIMIT $4
            """,
            member.TenantId.Value,
            before?.Times.DetectedAt?.UtcDateTime ?? DateTime.MaxValue,
            before?.Id.Value ?? Guid.Empty,
            Math.Clamp(most, 1, 200),
            member.NumbersParameter()
        );
        command.Parameters[1].NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz;
        await using var reader = await command.ExecuteReaderAsync(ct);
        var lines = new List<FailoverLine>();
        while (await reader.ReadAsync(ct))
        {
            lines.Add(Line(reader));
        }

        return lines;
    }

    /// <summary>Null when there is none, it is another company's, or the member does not see the failed number.</summary>
    public async Task<FailoverReport?> FindAsync(FailoverId id, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersRead);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        FailoverLine line;
        FailoverPlan plan;
        bool isOut;
        await using (
            var command = transaction.Connection.Sql(
                $"SELECT {Columns} WHERE f.tenant_id = $1 AND f.id = $2 AND {NumberSight.In("f.instance_id", 3)}",
                member.TenantId.Value,
                id.Value,
                member.NumbersParameter()
            )
        )
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            if (!await reader.ReadAsync(ct))
            {
                return null;
            }

            line = Line(reader);
            plan = JsonSerializer.Deserialize<FailoverPlan>(reader.GetString(24), PoolMapping.Json)!;
            isOut = reader.GetBoolean(25);
        }

        return new FailoverReport(
            line,
            await CampaignsAsync(transaction.Connection, plan, ct),
            await NamesAsync(transaction.Connection, plan, ct),
            plan.SlowedUntil,
            isOut
        );
    }

    /// <summary>Where the numbers of a number's pool are, for who asks whether a drill can be played; null when it is not active in a pool.</summary>
    public async Task<IReadOnlyList<SandboxPlace>?> DrillPlacesAsync(InstanceId id, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage, id);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await using var command = transaction.Connection.Sql(
            "SELECT pool_id FROM pool_members WHERE tenant_id = $1 AND instance_id = $2 AND role = 'Active'",
            member.TenantId.Value,
            id.Value
        );
        return await command.ExecuteScalarAsync(ct) is Guid pool
            ? await DrillSql.ServersAsync(transaction.Connection, member.TenantId, new PoolId(pool), ct)
            : null;
    }

    private async Task<IReadOnlyList<FailoverCampaign>> CampaignsAsync(NpgsqlConnection c, FailoverPlan plan, CancellationToken ct)
    {
        if (plan.Campaigns is not { Count: > 0 })
        {
            return [];
        }

        await using var command = c.Sql(
            """
            SELECT campaign_id, name, held_at IS NOT NULL, released_by_name, released_at FROM campaign_signals
            WHERE tenant_id = $1 AND campaign_id = ANY ($2)
            """,
            member.TenantId.Value,
            plan.Campaigns.Select(m => m.Campaign).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var known = new Dictionary<Guid, (string Name, bool Held, string? By, DateTimeOffset? At)>();
        while (await reader.ReadAsync(ct))
        {
            known[reader.GetGuid(0)] = (reader.GetString(1), reader.GetBoolean(2), reader.Text(3), reader.Value<DateTimeOffset>(4));
        }

        return
        [
            .. plan
                .Campaigns.Where(m => known.ContainsKey(m.Campaign))
                .Select(m =>
                {
                    var (name, held, by, at) = known[m.Campaign];
                    return new FailoverCampaign(new CampaignId(m.Campaign), name, m.Queued, m.Why, held, by, at);
                }),
        ];
    }

    private async Task<IReadOnlyList<string>> NamesAsync(NpgsqlConnection c, FailoverPlan plan, CancellationToken ct)
    {
        await using var command = c.Sql(
            $"SELECT name FROM instances WHERE tenant_id = $1 AND id = ANY ($2) AND {NumberSight.In("id", 3)} ORDER BY name",
            member.TenantId.Value,
            (plan.Slowed ?? []).Select(s => s.Value).ToArray(),
            member.NumbersParameter()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var names = new List<string>();
        while (await reader.ReadAsync(ct))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    private static FailoverLine Line(NpgsqlDataReader r) =>
        new(
            new FailoverId(r.GetGuid(0)),
            new PoolId(r.GetGuid(1)),
            r.Text(2),
            new InstanceId(r.GetGuid(3)),
            r.GetString(4),
            r.Value<Guid>(5) is { } serves ? new InstanceId(serves) : null,
            r.Text(6),
            r.Text(7),
            r.GetString(8),
            Enum.Parse<Verdict>(r.GetString(9)),
            r.GetString(10),
            r.GetBoolean(11),
            new FailoverTimes(r.GetFieldValue<DateTimeOffset>(12))
            {
                DetectedAt = r.GetFieldValue<DateTimeOffset>(13),
                PromotedAt = r.Value<DateTimeOffset>(14),
                FirstSentAt = r.Value<DateTimeOffset>(15),
            },
            r.Value<DateTimeOffset>(16),
            r.GetInt32(17),
            r.GetInt32(18),
            r.GetInt32(19),
            r.GetInt32(20),
            r.Text(21),
            r.Value<DateTimeOffset>(22),
            r.Text(23)
        );
}
