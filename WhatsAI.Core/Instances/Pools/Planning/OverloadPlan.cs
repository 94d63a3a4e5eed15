using WhatsAI.Core.Analytics;

namespace WhatsAI.Core.Instances.Pools.Planning;

/// <summary>What slips, and to when, when a pool has more to send than it can.</summary>
/// <param name="Late">Messages that go out after they were wanted.</param>
/// <param name="AllSentAt">When the last message of all goes; null when not within the time looked at.</param>
/// <param name="Slips">Only what slips, the most urgent first.</param>
public sealed record OverloadPlan(int Late, DateTimeOffset? AllSentAt, IReadOnlyList<DemandOutcome> Slips)
{
    /// <summary>How far ahead a plan looks.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromDays(14);

    /// <summary>Null where everything goes out in time: then there is nothing to decide.</summary>
    public static OverloadPlan? Of(Schedule schedule)
    {
        var slips = schedule.Outcomes.Where(o => o.Late > 0).ToArray();
        return slips.Length == 0
            ? null
            : new OverloadPlan(
                slips.Sum(o => o.Late),
                schedule.Outcomes.All(o => o.LastAt is not null) ? schedule.Outcomes.Max(o => o.LastAt) : null,
                slips
            );
    }

    /// <summary>
    /// By whole days, from what a day can carry: for a look that is taken again and again. Null where what waits goes out by the end of tomorrow, or nothing
    /// limits it. Figures are rounded up and times are ends of days, so that it says the same until something changes.
    /// </summary>
    /// <param name="waiting">Messages that wait, without those of held campaigns.</param>
    public static OverloadPlan? Estimate(PoolCapacity capacity, int waiting, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (capacity.Left is not { } left || (long)left + capacity.Cap >= waiting)
        {
            return null;
        }

        var late = Rounded(waiting - left - capacity.Cap);
        var days = capacity.Cap == 0 ? int.MaxValue : (waiting - left + capacity.Cap - 1) / capacity.Cap;
        return days > Horizon.TotalDays
            ? new OverloadPlan(late, null, [])
            : new OverloadPlan(late, LocalDays.StartOf(LocalDays.Of(now, zone).AddDays(days + 1), zone).AddMinutes(-1), []);
    }

    private static int Rounded(int late)
    {
        var unit = (int)Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(late)) - 1));
        return (int)Math.Min(((long)late + unit - 1) / unit * unit, int.MaxValue);
    }
}
