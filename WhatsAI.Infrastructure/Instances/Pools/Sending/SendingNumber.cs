using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Tenancy;
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
    /// <summary>Those of the numbers that are in a pool.</summary>
    public static async Task<List<SendingNumber>> FindAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IEnumerable<InstanceId> instances,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT m.instance_id, m.pool_id, m.role, p.strategy, p.is_sticky, p.is_official, p.pace, s.state, coalesce(w.verdict, 'Unknown'), w.score,
                t.time_zone, EXISTS (
                    SELECT FROM pool_queues q JOIN campaign_signals c ON c.tenant_id = $1 AND c.campaign_id = q.campaign_id
                    WHERE q.tenant_id = $1 AND q.pool_id = m.pool_id AND q.waiting > 0 AND c.held_at IS NULL)
            FROM pool_members m
            JOIN pools p ON p.tenant_id = $1 AND p.id = m.pool_id
            JOIN instance_statuses s ON s.tenant_id = $1 AND s.instance_id = m.instance_id
            JOIN tenants t ON t.id = m.tenant_id
            LEFT JOIN watch_states w ON w.tenant_id = $1 AND w.instance_id = m.instance_id
            WHERE m.tenant_id = $1 AND m.instance_id = ANY ($2)
            """,
            tenant.Value,
            instances.Select(i => i.Value).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var numbers = new List<SendingNumber>();
        var paces = new Dictionary<Guid, PacePolicy>();
        while (await reader.ReadAsync(cancellation))
        {
            var pool = reader.GetGuid(1);
            if (!paces.TryGetValue(pool, out var pace))
            {
                paces[pool] = pace = JsonSerializer.Deserialize<PacePolicy>(reader.GetString(6), PoolMapping.Json)!;
            }

            numbers.Add(
                new SendingNumber(
                    new InstanceId(reader.GetGuid(0)),
                    new PoolId(pool),
                    Enum.Parse<MemberRole>(reader.GetString(2)),
                    Enum.Parse<PoolStrategy>(reader.GetString(3)),
                    reader.GetBoolean(4),
                    reader.GetBoolean(5),
                    pace,
                    Enum.Parse<InstanceState>(reader.GetString(7)),
                    Enum.Parse<Verdict>(reader.GetString(8)),
                    reader.IsDBNull(9) ? null : reader.GetInt16(9),
                    TimeZoneInfo.FindSystemTimeZoneById(reader.GetString(10)),
                    reader.GetBoolean(11)
                )
            );
        }

        return numbers;
    }
}
