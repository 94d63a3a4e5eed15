using Npgsql;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Instances.Pools.Planning;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Sending;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>What the alerts of pools follow from, read in one place: whoever looks at a pool finds the same.</summary>
internal static class AlertFacts
{
    /// <param name="connection">In the tenant.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="pools">As they were read a moment ago.</param>
    /// <param name="now">The database's clock.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<IReadOnlyList<PoolFacts>> OfAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<PoolReading> pools,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var queues = (await CampaignQueries.WaitingAsync(connection, tenant, ct)).ToLookup(q => q.Pool);
        return [.. pools.Select(p => Of(p, [.. queues[p.Pool]], now))];
    }

    private static PoolFacts Of(PoolReading pool, IReadOnlyCollection<PoolQueueView> queues, DateTimeOffset now)
    {
        var capacity = CapacityOf(pool, now);
        var waiting = queues.Where(q => q.HeldAt is null).Sum(q => q.Waiting);
        return new PoolFacts(
            pool.Pool,
            [.. pool.Facts],
            capacity.Numbers,
            pool.IsOfficial ? null : OverloadPlan.Estimate(capacity, waiting, now, pool.Zone),
            pool.Announced,
            [],
            [
                .. queues
                    .Where(q => q.HeldAt is not null)
                    .GroupBy(q => q.Campaign)
                    .Select(g => new HeldCampaign(
                        g.Key.Value,
                        g.First().HeldWhy is [var why, ..] ? why : "held.by-setting",
                        g.First().HeldAt!.Value,
                        g.Sum(q => q.Waiting)
                    )),
            ]
        );
    }

    /// <summary>Today's, of the numbers that send. Official ones share one limit, which is none of a number's.</summary>
    public static PoolCapacity CapacityOf(PoolReading pool, DateTimeOffset now) =>
        PoolCapacity.Of(
            new PoolPolicy(pool.Pace, pool.Strategy, IsSticky: true, pool.Zone),
            pool.IsOfficial ? [] : pool.Members.Where(m => m.Facts.Role.Sends()).Select(m => (m.Facts.Instance, m.Pace)),
            Reach.Known,
            now
        );
}
