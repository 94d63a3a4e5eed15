using WhatsAI.Core.Analytics;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Instances.Pools.Planning;

namespace WhatsAI.Core.Campaigns.Planning;

/// <summary>
/// Makes a flight plan: plays the campaign through the pool's policy over virtual time, again and again with other chances. The first run is the one that is
/// shown, the others give the range; the same seed gives the same plan.
/// </summary>
public static class FlightPlanning
{
    /// <summary>How far ahead is looked.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromDays(60);

    private const int MostRuns = 40;

    // Messages over all runs: what a person waits for at the screen.
    private const int MostMessages = 200_000;

    public static FlightPlan Plan(FlightCase flight, DateTimeOffset now, int seed)
    {
        var runs = Math.Clamp(MostMessages / Math.Max(1, flight.Demands.Sum(d => d.Count)), 1, MostRuns);
        // Plans of neighbouring seeds share no run.
        var first = unchecked(seed * (MostRuns + 1));
        var shown = Run(flight, flight.Senders.Select(Planned), now, first);
        var ends = new List<DateTimeOffset?> { EndOf(shown) };
        for (var i = 1; i < runs; i++)
        {
            ends.Add(EndOf(Run(flight, flight.Senders.Select(Planned), now, unchecked(first + i))));
        }

        var sends = shown.Sends.Where(s => s.Demand == FlightCase.Key).ToArray();
        var lanes = LanesOf(flight, shown);
        var used = UsedOf(lanes);
        return new FlightPlan(
            flight.People,
            flight.Audience,
            sends.Length > 0 ? sends[0].At : null,
            RangeOf(ends),
            lanes,
            used,
            RepliesOf(flight),
            PeakOf(flight, sends)?.Replies,
            flight.Price * flight.People,
            FlightWarnings.Of(flight, shown, lanes, used, PeakOf(flight, sends), without => EndOf(Run(flight, without, now, first))),
            runs
        );
    }

    internal static PlannedNumber Planned(FlightNumber number) => new(number.Instance, number.State, number.Score);

    private static Schedule Run(FlightCase flight, IEnumerable<PlannedNumber> numbers, DateTimeOffset now, int seed) =>
        PoolSimulation.Run(flight.Pool, [.. numbers], flight.Demands, now, (flight.StartsAt > now ? flight.StartsAt : now) + Horizon, seed);

    /// <summary>Null where not everybody gets it.</summary>
    private static DateTimeOffset? EndOf(Schedule schedule)
    {
        var ours = schedule.Outcomes.Where(o => o.Demand.Key == FlightCase.Key).ToArray();
        return ours.Length > 0 && ours.All(o => o.LastAt is not null) ? ours.Max(o => o.LastAt) : null;
    }

    // Nine of ten: one in twenty is left away at either end.
    private static FlightRange<DateTimeOffset>? RangeOf(List<DateTimeOffset?> ends)
    {
        if (ends.Exists(e => e is null))
        {
            return null;
        }

        var sorted = ends.Select(e => e!.Value).Order().ToArray();
        var cut = sorted.Length / 20;
        return new FlightRange<DateTimeOffset>(sorted[cut], sorted[^(cut + 1)]);
    }

    private static List<FlightLane> LanesOf(FlightCase flight, Schedule schedule)
    {
        var zone = flight.Pool.Zone;
        var last = schedule.Sends.Where(s => s.Demand == FlightCase.Key).Select(s => (DateTimeOffset?)s.At).LastOrDefault();
        var (from, to) = (LocalDays.Of(flight.StartsAt, zone), LocalDays.Of(last ?? flight.StartsAt, zone));
        var sends = schedule.Sends.ToLookup(s => (s.Instance, LocalDays.Of(s.At, zone)));
        return
        [
            .. flight.Numbers.Select(n => new FlightLane(
                n.Instance,
                n.Role,
                [.. Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(i => DayOf(from.AddDays(i), n))]
            )),
        ];

        FlightDay DayOf(DateOnly day, FlightNumber number)
        {
            var all = sends[(number.Instance, day)].ToArray();
            var ours = all.Where(s => s.Demand == FlightCase.Key).ToArray();
            return new FlightDay(
                day,
                ours.Length,
                all.Length - ours.Length,
                CapOn(flight.Pool, number, day),
                ours.Length > 0 ? ours[0].At : null,
                ours.Length > 0 ? ours[^1].At : null
            );
        }
    }

    // A day on which no window opens has no capacity; one on which it does has what its caps and its open hours allow, the lesser.
    private static int CapOn(PoolPolicy pool, FlightNumber number, DateOnly day)
    {
        var open = pool.Pace.Window.On(day, pool.Zone).Aggregate(TimeSpan.Zero, (sum, o) => sum + (o.Closes - o.Opens));
        if (!number.Role.Sends() || open <= TimeSpan.Zero)
        {
            return 0;
        }

        var noon = LocalDays.StartOf(day, pool.Zone).AddHours(12);
        var reach = Pacing.IsWarm(number.State, pool.Pace, noon, pool.Zone) ? Reach.Known : Reach.Stranger;
        return (int)Math.Min(Pacing.CapOn(number.State, pool.Pace, reach, noon, pool.Zone), 1 + (open / pool.Pace.MeanGap));
    }

    private static double UsedOf(IReadOnlyCollection<FlightLane> lanes)
    {
        var cap = lanes.Sum(l => l.Days.Sum(d => d.Cap));
        return cap == 0 ? 0 : Math.Min(1, lanes.Sum(l => l.Days.Sum(d => d.Sends + d.Others)) / (double)cap);
    }

    // Twice the standard error of a share, of as many as are written to.
    private static FlightRange<int>? RepliesOf(FlightCase flight)
    {
        if (flight.ReplyShare is not { } share)
        {
            return null;
        }

        var (mean, spread) = (flight.People * share, 2 * Math.Sqrt(flight.People * share * (1 - share)));
        return new FlightRange<int>((int)Math.Max(0, Math.Floor(mean - spread)), (int)Math.Min(flight.People, Math.Ceiling(mean + spread)));
    }

    /// <summary>The hour with the most messages, and the answers it brings: most people answer soon or not at all.</summary>
    private static (DateTimeOffset At, int Replies)? PeakOf(FlightCase flight, IReadOnlyCollection<PlannedSend> sends)
    {
        if (flight.ReplyShare is not { } share || sends.Count == 0)
        {
            return null;
        }

        var busiest = sends.GroupBy(s => s.At.UtcTicks / TimeSpan.TicksPerHour).MaxBy(g => g.Count())!;
        return (new DateTimeOffset(busiest.Key * TimeSpan.TicksPerHour, TimeSpan.Zero), (int)Math.Ceiling(busiest.Count() * share));
    }
}
