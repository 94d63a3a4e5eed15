namespace WhatsAI.Core.Instances.Pools.Pace;

/// <summary>What a number waits for, the lesser first: of several the greatest is told.</summary>
public enum PaceReason
{
    Interval,
    Series,
    Penalty,
    HourlyCap,
    Window,
    WarmUp,
    DailyCap,

    /// <summary>A person paused it.</summary>
    Paused,
}

/// <summary>When a number may send its next campaign message. The reason is a resource key below "pace." (<see cref="Key"/>).</summary>
public abstract record PaceDecision
{
    private PaceDecision() { }

    public sealed record Now : PaceDecision;

    /// <summary>Later on the same day of the tenant's calendar.</summary>
    public sealed record Wait(DateTimeOffset At, PaceReason Reason) : PaceDecision;

    /// <summary>Not on this day any more.</summary>
    /// <param name="Reason">What stands in the way today.</param>
    /// <param name="At">The next moment the policy allows; null where it allows none.</param>
    public sealed record NotToday(PaceReason Reason, DateTimeOffset? At) : PaceDecision;

    /// <summary>When to ask again; null for "not unless something is changed".</summary>
    public DateTimeOffset? AskAgain(DateTimeOffset now) =>
        this switch
        {
            Wait wait => wait.At,
            NotToday not => not.At,
            _ => now,
        };

    public string? Key =>
        this switch
        {
            Wait wait => ReasonKey.Of("pace", wait.Reason),
            NotToday not => ReasonKey.Of("pace", not.Reason),
            _ => null,
        };
}
