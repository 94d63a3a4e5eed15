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
}
