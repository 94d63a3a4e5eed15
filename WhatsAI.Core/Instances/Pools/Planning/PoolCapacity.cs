using WhatsAI.Core.Analytics;
using WhatsAI.Core.Instances.Pools.Pace;

namespace WhatsAI.Core.Instances.Pools.Planning;

/// <summary>What one number can still do today.</summary>
/// <param name="Cap">Campaign messages its caps allow today in all.</param>
/// <param name="Left">Of those, what it can still send before the day's last window closes.</param>
public sealed record NumberCapacity(InstanceId Instance, int Cap, int Sent, int Left);

/// <summary>A pool's day: what it could send, sent and still can.</summary>
/// <param name="Left">Null for an official pool without a limit.</param>
public sealed record PoolCapacity(int Cap, int Sent, int? Left, IReadOnlyList<NumberCapacity> Numbers)
{
    /// <summary>Of the day's capacity, the share that is kept free by advice.</summary>
    public const double SpareAdvised = 0.2;

    /// <summary>Share of what is left that <paramref name="demand"/> does not need, 0 to 1; null where nothing limits it.</summary>
    public double? Spare(int demand) =>
        Left is { } left
            ? left == 0
                ? 0
                : Math.Max(0, 1 - ((double)demand / left))
            : null;

    /// <param name="numbers">Those that send: active and warming.</param>
    /// <param name="reach">Of whom is asked; strangers are what a warm-up limits.</param>
    public static PoolCapacity Of(
        PoolPolicy pool,
        IEnumerable<(InstanceId Instance, PaceState State)> numbers,
        Reach reach,
        DateTimeOffset now
    )
    {
        var rows = numbers.Select(n => Of(pool, n.Instance, n.State, reach, now)).ToArray();
        return new PoolCapacity(rows.Sum(r => r.Cap), rows.Sum(r => r.Sent), rows.Sum(r => r.Left), rows);
    }

    /// <summary>Official numbers: the portfolio's limit, once, however many numbers share it.</summary>
    public static PoolCapacity OfPortfolio(PortfolioLimit limit) => new(limit.People ?? int.MaxValue, limit.Used, limit.Left, []);

    private static NumberCapacity Of(PoolPolicy pool, InstanceId instance, PaceState state, Reach reach, DateTimeOffset now)
    {
        var sent = Pacing.SentOn(state, now, pool.Zone);
        var caps = Pacing.LeftOn(state, pool.Pace, reach, now, pool.Zone);
        var gap = pool.Pace.MeanGap * (state.IsPenalized(now) ? 2 : 1);
        var start = Latest(now, state.NotBefore, state.PausedUntil);
        var open =
            LocalDays.Of(start, pool.Zone) > LocalDays.Of(now, pool.Zone) ? TimeSpan.Zero : pool.Pace.Window.LeftToday(start, pool.Zone);
        var byTime = open <= TimeSpan.Zero ? 0 : (int)Math.Min(1 + (open / gap), (open.TotalHours + 1) * PaceFloor.PerHour);
        return new NumberCapacity(instance, sent + caps, sent, Math.Min(caps, byTime));
    }

    private static DateTimeOffset Latest(DateTimeOffset a, DateTimeOffset? b, DateTimeOffset? c)
    {
        var later = b > a ? b.Value : a;
        return c > later ? c.Value : later;
    }
}
