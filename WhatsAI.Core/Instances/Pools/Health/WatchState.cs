using System.Runtime.InteropServices;

namespace WhatsAI.Core.Instances.Pools.Health;

/// <summary>
/// A number that grows with every event and melts with time, so that one row tells "how many lately" without a list of events.
/// </summary>
/// <param name="Level">As of <paramref name="At"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Fading(double Level, DateTimeOffset At)
{
    public double After(DateTimeOffset now, TimeSpan halfLife) =>
        Level <= 0 || now <= At ? Level : Level * Math.Pow(0.5, (now - At) / halfLife);

    /// <summary>Events that come late count as of the newest.</summary>
    public Fading Plus(double amount, DateTimeOffset now, TimeSpan halfLife) => new(After(now, halfLife) + amount, now > At ? now : At);
}

/// <summary>All that is remembered of a number's signals: one row per number, changed in the transaction that stores the event.</summary>
public sealed record WatchState
{
    /// <summary>Messages in a row that nobody confirmed in time.</summary>
    public int UnackedInRow { get; init; }

    public DateTimeOffset? UnackedSince { get; init; }

    public DateTimeOffset? AckedAt { get; init; }

    /// <summary>Ups and downs lately.</summary>
    public Fading Flaps { get; init; }

    public DateTimeOffset? FlapsSince { get; init; }

    /// <summary>Cause of the last one, a resource key below "cause.".</summary>
    public string? FlapCause { get; init; }

    /// <summary>How often it was quarantined for flapping lately.</summary>
    public int Rounds { get; init; }

    /// <summary>End of the back-off of the last round.</summary>
    public DateTimeOffset? QuietUntil { get; init; }

    public Fading RecentSent { get; init; }

    public Fading RecentFailed { get; init; }

    /// <summary>The number's own habit, over weeks.</summary>
    public Fading UsualSent { get; init; }

    public Fading UsualFailed { get; init; }

    public Fading Blocks { get; init; }

    public DateTimeOffset? BlockedAt { get; init; }

    public Quality Quality { get; init; }

    public DateTimeOffset? QualityAt { get; init; }

    /// <summary>What an error code said of the number; gone with the next message that is confirmed after it.</summary>
    public Verdict? Refused { get; init; }

    public int? RefusedCode { get; init; }

    public DateTimeOffset? RefusedAt { get; init; }

    /// <summary>When a confirmed message ended what was wrong.</summary>
    public DateTimeOffset? WellSince { get; init; }

    /// <summary>A scan, a new session or a person's "it is well again": what was counted before is no longer about this session. The habit stays.</summary>
    public WatchState Forgiven() =>
        this with
        {
            UnackedInRow = 0,
            UnackedSince = null,
            Flaps = default,
            FlapsSince = null,
            FlapCause = null,
            RecentSent = default,
            RecentFailed = default,
            Refused = null,
            RefusedCode = null,
            RefusedAt = null,
        };
}
