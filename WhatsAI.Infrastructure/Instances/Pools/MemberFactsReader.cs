using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>What the rules of pools look at, of one pool or of a company's numbers, in one query and without locks.</summary>
internal static class MemberFactsReader
{
    private const int First = 14;

    private const string Columns = """
        SELECT i.id, i.name, i.gateway_server_id, i.created_at, t.time_zone, m.role, m.role_since, m.cause, w.verdict, w.cause, w.verdict_since,
            w.verdict_until, w.inbound_only, w.score,
            a.in_use_since, a.day, a.sent_today, a.strangers_today, a.hour, a.sent_this_hour, a.in_series, a.last_at, a.not_before, a.penalty_until,
            a.paused_until, (w.state ->> 'quietUntil')::timestamptz, w.judged_at,
            p.id, p.name, p.is_official, p.strategy, p.pace, p.failover, p.announced
        """;

    private const string Joins = """
        JOIN tenants t ON t.id = i.tenant_id
        LEFT JOIN watch_states w ON w.tenant_id = i.tenant_id AND w.instance_id = i.id
        LEFT JOIN pace_states a ON a.tenant_id = i.tenant_id AND a.instance_id = i.id
        WHERE i.tenant_id = $1 AND i.deleted_at IS NULL
        """;

    /// <summary>Null: there is no such pool, or it has no member.</summary>
    public static async Task<PoolReading?> OfPoolAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        PoolId pool,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            $"""
            {Columns}
            FROM pools p
            JOIN pool_members m ON m.tenant_id = p.tenant_id AND m.pool_id = p.id
            JOIN instances i ON i.tenant_id = m.tenant_id AND i.id = m.instance_id
            {Joins} AND p.tenant_id = $1 AND p.id = $2
            ORDER BY i.id
            """,
            tenant.Value,
            pool.Value
        );
        return (await ReadAsync(command, now, cancellation)).Pools is [var only] ? only : null;
    }

    /// <summary>Every number that was not deleted, pool by pool.</summary>
    public static async Task<NumbersReading> OfTenantAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            $"""
            {Columns}
            FROM instances i
            LEFT JOIN pool_members m ON m.tenant_id = i.tenant_id AND m.instance_id = i.id
            LEFT JOIN pools p ON p.tenant_id = m.tenant_id AND p.id = m.pool_id
            {Joins}
            ORDER BY i.id
            """,
            tenant.Value
        );
        return await ReadAsync(command, now, cancellation);
    }

    private static async Task<NumbersReading> ReadAsync(NpgsqlCommand command, DateTimeOffset now, CancellationToken cancellation)
    {
        var pools = new Dictionary<PoolId, (PoolReading Pool, List<MemberReading> Members)>();
        var loose = new List<MemberReading>();
        var none = new PacePolicy();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var zone = TimeZoneInfo.TryFindSystemTimeZoneById(reader.GetString(4), out var found) ? found : TimeZoneInfo.Utc;
            if (await reader.IsDBNullAsync(First + 13, cancellation))
            {
                loose.Add(Member(reader, none, zone, now));
                continue;
            }

            var id = new PoolId(reader.GetGuid(First + 13));
            if (!pools.TryGetValue(id, out var pool))
            {
                pools[id] = pool = (Pool(reader, id, zone), []);
            }

            pool.Members.Add(Member(reader, pool.Pool.Pace, zone, now));
        }

        return new NumbersReading([.. pools.Values.Select(p => p.Pool with { Members = p.Members })], loose);
    }

    private static PoolReading Pool(NpgsqlDataReader reader, PoolId id, TimeZoneInfo zone) =>
        new(
            id,
            reader.GetString(First + 14),
            reader.GetBoolean(First + 15),
            Enum.Parse<PoolStrategy>(reader.GetString(First + 16)),
            Kept<PacePolicy>(reader.GetString(First + 17)),
            Kept<FailoverPolicy>(reader.GetString(First + 18)),
            reader.Text(First + 19) is { } announced ? Kept<RotationPlan>(announced) : null,
            zone,
            []
        );

    private static MemberReading Member(NpgsqlDataReader reader, PacePolicy policy, TimeZoneInfo zone, DateTimeOffset now)
    {
        var made = reader.GetFieldValue<DateTimeOffset>(3);
        var pace = reader.IsDBNull(First) ? PaceState.New(LocalDays.Of(made, zone)) : PaceSql.Read(reader, First);
        var facts = new MemberFacts(
            new InstanceId(reader.GetGuid(0)),
            new GatewayServerId(reader.GetGuid(2)),
            reader.Text(5) is { } role ? Enum.Parse<MemberRole>(role) : MemberRole.Active,
            reader.Value<DateTimeOffset>(6) ?? made,
            Finding(reader, made),
            reader.Value<short>(13),
            Pacing.LeftOn(pace, policy, Reach.Stranger, now, zone)
        )
        {
            LastAt = pace.LastAt,
            IsWarm = Pacing.IsWarm(pace, policy, now, zone),
            QuietUntil = reader.Value<DateTimeOffset>(First + 11),
            RoleCause = reader.Text(7) is { } cause ? Enum.Parse<RoleCause>(cause) : RoleCause.ByPerson,
        };
        return new MemberReading(facts, reader.GetString(1), pace, reader.Value<DateTimeOffset>(First + 12));
    }

    private static Finding Finding(NpgsqlDataReader reader, DateTimeOffset made) =>
        reader.Text(9) is { } cause
            ? new Finding(
                Enum.Parse<Verdict>(reader.GetString(8)),
                cause,
                reader.Value<DateTimeOffset>(10) ?? made,
                reader.Value<DateTimeOffset>(11),
                reader.GetBoolean(12)
            )
            : new Finding(Verdict.Unknown, "no-proof", made);

    private static T Kept<T>(string json) => JsonSerializer.Deserialize<T>(json, PoolMapping.Json)!;
}
