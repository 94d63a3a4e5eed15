using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Instances.Pools.Planning;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>What alerts follow from, made of what was read of a pool and of what was done in it lately.</summary>
internal static class PoolFactsReader
{
    public static async Task<PoolFacts> OfAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        PoolReading pool,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var capacity = AlertFacts.CapacityOf(pool, now);
        return new(
            pool.Pool,
            [.. pool.Facts],
            capacity.Numbers,
            pool.IsOfficial
                ? null
                : OverloadPlan.Estimate(capacity, await WaitingAsync(connection, tenant, pool.Pool, cancellation), now, pool.Zone),
            pool.Announced,
            await FailoversAsync(connection, tenant, pool.Pool, now, cancellation),
            await HeldCampaigns.ReadAsync(connection, tenant, pool.Pool, cancellation)
        );
    }

    /// <summary>Without what waits for a person's decision.</summary>
    private static async Task<int> WaitingAsync(NpgsqlConnection connection, TenantId tenant, PoolId pool, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            """
            SELECT coalesce(sum(q.waiting), 0)::int FROM pool_queues q WHERE q.tenant_id = $1 AND q.pool_id = $2 AND NOT EXISTS (
                SELECT FROM campaign_signals c WHERE c.tenant_id = $1 AND c.campaign_id = q.campaign_id AND c.held_at IS NOT NULL
            )
            """,
            tenant.Value,
            pool.Value
        );
        return (int)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task<IReadOnlyList<DoneFailover>> FailoversAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        PoolId pool,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT id, instance_id, key, detected_at, serves_id FROM failovers
            WHERE tenant_id = $1 AND pool_id = $2 AND detected_at > $3 AND NOT is_drill ORDER BY detected_at LIMIT 200
            """,
            tenant.Value,
            pool.Value,
            (now - AlertRules.FailoverShown).ToUniversalTime()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var done = new List<DoneFailover>();
        while (await reader.ReadAsync(cancellation))
        {
            done.Add(
                new DoneFailover(
                    reader.GetGuid(0),
                    new InstanceId(reader.GetGuid(1)),
                    reader.GetString(2),
                    reader.GetFieldValue<DateTimeOffset>(3),
                    reader.Value<Guid>(4) is { } serves ? new InstanceId(serves) : null
                )
            );
        }

        return done;
    }
}
