using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Instances.Pools.Planning;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>What a pool can still do today, as alerts and programs are told it.</summary>
internal static class AlertFacts
{
    /// <summary>Of the numbers that send. Official ones share one limit, which is none of a number's.</summary>
    public static PoolCapacity CapacityOf(PoolReading pool, DateTimeOffset now) =>
        PoolCapacity.Of(
            new PoolPolicy(pool.Pace, pool.Strategy, IsSticky: true, pool.Zone),
            pool.IsOfficial ? [] : pool.Members.Where(m => m.Facts.Role.Sends()).Select(m => (m.Facts.Instance, m.Pace)),
            Reach.Known,
            now
        );
}
