using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Instances.Pools.Planning;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;

namespace WhatsAI.Web.Instances.Pools;

/// <summary>A pool's header: who is in it as what, and how much it can still send today.</summary>
/// <param name="Spare">Of what is left, the share that nothing that waits needs, 0 to 1; null where nothing limits it, and while nothing goes out anyway.</param>
/// <param name="Opens">When its window opens, where today it does not any more; null: it is open today.</param>
public sealed record PoolStanding(
    PoolRow Pool,
    IReadOnlyList<(MemberRole Role, int Number)> Roles,
    PoolCapacity Capacity,
    double? Spare,
    DateTimeOffset? Opens = null
)
{
    public bool IsShort => Spare < PoolCapacity.SpareAdvised;

    /// <param name="pool">Which.</param>
    /// <param name="numbers">Its own.</param>
    /// <param name="now">When.</param>
    /// <param name="zone">The tenant's.</param>
    public static PoolStanding Of(PoolRow pool, IReadOnlyCollection<NumberRow> numbers, DateTimeOffset now, TimeZoneInfo zone)
    {
        var sending = numbers.Where(n => n.Place is { } place && place.Role.Sends() && MaySend(n)).Select(n => (n.Id, n.Pace));
        var capacity = PoolCapacity.Of(pool.Policy(zone), sending, Reach.Stranger, now);
        var opens = pool.Pace.Window.LeftToday(now, zone) > TimeSpan.Zero ? null : pool.Pace.Window.Find(now, zone)?.Opens;
        return new PoolStanding(
            pool,
            [.. numbers.GroupBy(n => n.Place!.Role).OrderBy(g => g.Key).Select(g => (g.Key, g.Count()))],
            capacity,
            capacity.Numbers.Count == 0 || opens is not null ? null : capacity.Spare(pool.Waiting),
            opens
        );
    }

    /// <summary>Whether campaign messages may go through it, as far as is known.</summary>
    public static bool MaySend(NumberRow number) =>
        number.Watch.Finding?.Verdict.MaySend()
        ?? number.Facts.Link.State is InstanceState.Open or InstanceState.Connecting or InstanceState.Unknown;
}
