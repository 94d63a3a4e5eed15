using WhatsAI.Core.Analytics;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Instances.Pools.Planning;

namespace WhatsAI.Tests.Instances.Pools.Planning;

/// <summary>
/// The most a pool could send on each day, reckoned by whole days and hours of the clock with averages instead of chance: another way to the same figure. For
/// demand that arrives, and numbers that come and go, at midnight in a zone without changes of clocks.
/// </summary>
internal static class BestSchedule
{
    public static double[] Of(
        PoolPolicy pool,
        IReadOnlyList<PlannedNumber> numbers,
        IReadOnlyList<Demand> demands,
        DateTimeOffset from,
        int days
    )
    {
        var (best, waiting) = (new double[days], 0d);
        for (var day = 0; day < days; day++)
        {
            var (start, end) = (from.AddDays(day), from.AddDays(day + 1));
            waiting += demands.Where(d => d.From >= start && d.From < end).Sum(d => d.Count);
            best[day] = Math.Min(
                waiting,
                numbers
                    .Where(n => !(n.Joins > start) && !(n.Leaves <= start))
                    .Sum(n => OfNumber(pool, n, demands[0].Reach, LocalDays.Of(start, pool.Zone)))
            );
            waiting -= best[day];
        }

        return best;
    }

    private static double OfNumber(PoolPolicy pool, PlannedNumber number, Reach reach, DateOnly day)
    {
        var pace = pool.Pace;
        if (pace.Window.Holidays.Contains(day))
        {
            return 0;
        }

        var interval = (pace.MinInterval + pace.MaxInterval).TotalSeconds / 2;
        var pause = (pace.MinPause + pace.MaxPause).TotalSeconds / 2;
        var gap = pace.SeriesLength == 0 ? interval : ((interval * (pace.SeriesLength - 1)) + pause) / pace.SeriesLength;
        var hours = pace.Window.Spans.Where(s => s.Day == day.DayOfWeek).Sum(s => s.To - s.From) / 60;
        var age = day.DayNumber - number.State.InUseSince.DayNumber + 1;
        var ramp =
            reach == Reach.Stranger && age < pace.WarmUp.FullFromDay
                ? pace.WarmUp.Steps.Where(s => s.FromDay <= age).Max(s => s.PerDay)
                : int.MaxValue;
        return Math.Min(Math.Min(pace.DailyCap, ramp), hours * Math.Min(pace.HourlyCap, 3_600 / gap));
    }
}
