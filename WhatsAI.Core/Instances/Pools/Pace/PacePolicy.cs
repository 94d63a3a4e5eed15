using System.Text.Json.Serialization;
using WhatsAI.Core.Common;

namespace WhatsAI.Core.Instances.Pools.Pace;

/// <summary>How fast each number of a pool may send campaigns: what the pool's editor edits. Answers to people are never paced.</summary>
public sealed record PacePolicy
{
    /// <summary>Between two messages of one number; each time drawn anew between these two.</summary>
    public TimeSpan MinInterval { get; init; } = TimeSpan.FromSeconds(45);

    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromSeconds(60);

    public SendingWindow Window { get; init; } = SendingWindow.Default;

    /// <summary>Hours, by the tenant's clocks, in which intervals are <see cref="SlowFactor"/> times as long. They open no window.</summary>
    public IReadOnlyList<OpenSpan> SlowHours { get; init; } = [];

    public double SlowFactor { get; init; } = 2;

    /// <summary>Messages of one number in an hour of the clock.</summary>
    public int HourlyCap { get; init; } = 80;

    /// <summary>Messages of one number in a day of the tenant's calendar.</summary>
    public int DailyCap { get; init; } = 600;

    /// <summary>Messages after which the number pauses; 0 for no pauses.</summary>
    public int SeriesLength { get; init; } = 30;

    public TimeSpan MinPause { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan MaxPause { get; init; } = TimeSpan.FromMinutes(10);

    public WarmUpPlan WarmUp { get; init; } = WarmUpPlan.Cautious;

    internal TimeSpan Shortest => MinInterval > PaceFloor.Interval ? MinInterval : PaceFloor.Interval;

    internal TimeSpan Longest => MaxInterval > Shortest ? MaxInterval : Shortest;

    internal int PerHour => Math.Clamp(HourlyCap, 1, PaceFloor.PerHour);

    internal int PerDay => Math.Clamp(DailyCap, 0, PaceFloor.PerDay);

    /// <summary>The time one message takes on average, pauses included: what capacity is reckoned with.</summary>
    [JsonIgnore]
    public TimeSpan MeanGap
    {
        get
        {
            var interval = (Shortest + Longest) / 2;
            return SeriesLength <= 0
                ? interval
                : ((interval * (SeriesLength - 1)) + Later((MinPause + Later(MinPause, MaxPause)) / 2, interval)) / SeriesLength;
        }
    }

    /// <summary>The policy itself, when it may be kept.</summary>
    /// <exception cref="RuleException">It asks for more than <see cref="PaceFloor"/> allows, or contradicts itself.</exception>
    public PacePolicy Checked()
    {
        if (MinInterval < PaceFloor.Interval)
        {
            throw new RuleException("pace.interval-too-short", (int)PaceFloor.Interval.TotalSeconds);
        }

        if (HourlyCap is < 1 or > PaceFloor.PerHour || DailyCap is < 0 or > PaceFloor.PerDay)
        {
            throw new RuleException("pace.cap-invalid", PaceFloor.PerHour, PaceFloor.PerDay);
        }

        var day = TimeSpan.FromDays(1);
        return
            MaxInterval < MinInterval
            || MaxInterval > day
            || SlowFactor is not (>= 1 and <= 20)
            || SeriesLength < 0
            || MinPause < TimeSpan.Zero
            || MaxPause < MinPause
            || MaxPause > day
            ? throw new RuleException("pace.policy-invalid")
            : this;
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
