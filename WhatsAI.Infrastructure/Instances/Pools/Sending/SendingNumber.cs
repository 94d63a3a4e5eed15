using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>A number's place in its pool, and what is known of both now.</summary>
/// <param name="HasWork">A campaign that is not held waits at the pool.</param>
internal sealed record SendingNumber(
    InstanceId Instance,
    PoolId Pool,
    MemberRole Role,
    PoolStrategy Strategy,
    bool IsSticky,
    bool IsOfficial,
    PacePolicy Pace,
    InstanceState State,
    Verdict Verdict,
    short? Score,
    TimeZoneInfo Zone,
    bool HasWork
)
{
    /// <summary>Null: it is in no pool.</summary>
    public static async Task<SendingNumber?> FindAsync(NpgsqlConnection connection, WorkClaim claim, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            """
            SELECT m.pool_id, m.role, p.strategy, p.is_sticky, p.is_official, p.pace, s.state, coalesce(w.verdict, 'Unknown'), w.score, t.time_zone,
                EXISTS (
                    SELECT FROM pool_queues q JOIN campaign_signals c ON c.tenant_id = $1 AND c.campaign_id = q.campaign_id
                    WHERE q.tenant_id = $1 AND q.pool_id = m.pool_id AND q.waiting > 0 AND c.held_at IS NULL)
            FROM pool_members m
            JOIN pools p ON p.tenant_id = $1 AND p.id = m.pool_id
            JOIN instance_statuses s ON s.tenant_id = $1 AND s.instance_id = m.instance_id
            JOIN tenants t ON t.id = m.tenant_id
            LEFT JOIN watch_states w ON w.tenant_id = $1 AND w.instance_id = m.instance_id
            WHERE m.tenant_id = $1 AND m.instance_id = $2
            """,
            claim.Tenant.Value,
            claim.Instance.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new SendingNumber(
                claim.Instance,
                new PoolId(reader.GetGuid(0)),
                Enum.Parse<MemberRole>(reader.GetString(1)),
                Enum.Parse<PoolStrategy>(reader.GetString(2)),
                reader.GetBoolean(3),
                reader.GetBoolean(4),
                JsonSerializer.Deserialize<PacePolicy>(reader.GetString(5), PoolMapping.Json)!,
                Enum.Parse<InstanceState>(reader.GetString(6)),
                Enum.Parse<Verdict>(reader.GetString(7)),
                reader.IsDBNull(8) ? null : reader.GetInt16(8),
                TimeZoneInfo.FindSystemTimeZoneById(reader.GetString(9)),
                reader.GetBoolean(10)
            )
            : null;
    }
}
