namespace WhatsAI.Core.Instances.Pools.Pace;

/// <summary>To whom a campaign message goes.</summary>
public enum Reach
{
    /// <summary>Somebody who never wrote to this company: counts against the warm-up.</summary>
    Stranger,

    /// <summary>Somebody who wrote first, whenever that was.</summary>
    Known,
}

/// <summary>
/// All that a number's pace depends on: one row per number. What is counted says of which day and hour it is, so nothing has to be reset at midnight. What was
/// drawn by chance is kept (<see cref="NotBefore"/>), so that asking twice is no second throw.
/// </summary>
public sealed record PaceState
{
    /// <summary>First day of the number's use, in the tenant's zone; a person may set it back for a number used elsewhere for years.</summary>
    public DateOnly InUseSince { get; init; }

    /// <summary>The tenant's calendar day that the day's counts are of.</summary>
    public DateOnly Day { get; init; }

    public int SentToday { get; init; }

    /// <summary>Of those, to people who never wrote.</summary>
    public int StrangersToday { get; init; }

    /// <summary>Start of the hour (UTC) that <see cref="SentThisHour"/> is of.</summary>
    public DateTimeOffset Hour { get; init; }

    public int SentThisHour { get; init; }

    /// <summary>Messages since the last pause.</summary>
    public int InSeries { get; init; }

    public DateTimeOffset? LastAt { get; init; }

    /// <summary>Drawn when the last message went: its interval, or the pause after a series.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Until then half the cap and twice the interval: a number of the pool was banned.</summary>
    public DateTimeOffset? PenaltyUntil { get; init; }

    /// <summary>A person's pause; the end of time for "until I say so".</summary>
    public DateTimeOffset? PausedUntil { get; init; }

    public static PaceState New(DateOnly inUseSince) => new() { InUseSince = inUseSince };

    public bool IsPenalized(DateTimeOffset at) => at < PenaltyUntil;

    /// <summary>The longer penalty stays.</summary>
    public PaceState Penalized(DateTimeOffset until) => PenaltyUntil >= until ? this : this with { PenaltyUntil = until };

    /// <param name="until">Null: until somebody resumes.</param>
    public PaceState Paused(DateTimeOffset? until) => this with { PausedUntil = until ?? DateTimeOffset.MaxValue };

    public PaceState Resumed() => this with { PausedUntil = null };

    // A clock that was put back must not hand out a day's or an hour's cap again: counts of a later day hold for the earlier one.
    internal int SentOn(DateOnly day) => Day >= day ? SentToday : 0;

    internal int StrangersOn(DateOnly day) => Day >= day ? StrangersToday : 0;

    internal int SentIn(DateTimeOffset hour) => Hour >= hour ? SentThisHour : 0;
}
