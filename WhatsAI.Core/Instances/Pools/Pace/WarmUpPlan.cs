using WhatsAI.Core.Common;

namespace WhatsAI.Core.Instances.Pools.Pace;

/// <param name="FromDay">Of the number's use, its first day being 1.</param>
/// <param name="PerDay">Messages a day to people who never wrote.</param>
public sealed record WarmUpStep(int FromDay, int PerDay);

/// <summary>
/// How many messages to strangers a number may send on each day of its use. After the last step the ramp is over and only the ordinary caps hold. No official
/// figure exists for unofficial gateways: the presets are a beginning to be edited.
/// </summary>
public sealed record WarmUpPlan
{
    private const int MaxSteps = 60;

    /// <param name="steps">In any order.</param>
    /// <param name="fullFromDay">The day from which the ramp is over.</param>
    /// <exception cref="RuleException">No step for the first day, two for one day, fewer messages than the day before, or an end before the last step.</exception>
    public WarmUpPlan(IReadOnlyList<WarmUpStep> steps, int fullFromDay)
    {
        var sorted = steps.OrderBy(s => s.FromDay).ToArray();
        if (
            sorted.Length is 0 or > MaxSteps
            || sorted[0].FromDay != 1
            || sorted.Any(s => s.PerDay < 1)
            || sorted.Zip(sorted.Skip(1)).Any(p => p.First.FromDay == p.Second.FromDay || p.First.PerDay > p.Second.PerDay)
            || fullFromDay <= sorted[^1].FromDay
        )
        {
            throw new RuleException("pace.warm-up-invalid");
        }

        (Steps, FullFromDay) = (sorted, fullFromDay);
    }

    /// <summary>20, 50, 100, 200, 400, 600 a day by week.</summary>
    public static WarmUpPlan Cautious { get; } = new([new(1, 20), new(8, 50), new(15, 100), new(22, 200), new(29, 400), new(36, 600)], 43);

    /// <summary>Published by a vendor: 50 a day on days 1–2, 200 on days 3–5, 500 on days 6–10.</summary>
    public static WarmUpPlan Published { get; } = new([new(1, 50), new(3, 200), new(6, 500)], 11);

    public IReadOnlyList<WarmUpStep> Steps { get; }

    public int FullFromDay { get; }

    /// <summary>Messages to strangers on a day of use; null once the ramp is over. Days before the first count as the first.</summary>
    public int? PerDay(int dayOfUse) => dayOfUse >= FullFromDay ? null : Steps.Last(s => s.FromDay <= Math.Max(1, dayOfUse)).PerDay;

    public bool Equals(WarmUpPlan? other) => other is not null && FullFromDay == other.FullFromDay && Steps.SequenceEqual(other.Steps);

    public override int GetHashCode() => Steps.Aggregate(FullFromDay, HashCode.Combine);
}
