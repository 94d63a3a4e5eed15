namespace WhatsAI.Core.Inbox.Later;

/// <summary>How things stand when a scheduled message is due.</summary>
/// <param name="Late">How long it has been due.</param>
/// <param name="AuthorMay">Who wrote it is still a member who sees the number.</param>
/// <param name="OptedOut">The customer asked for no more messages.</param>
/// <param name="NumberGone">The number that serves the conversation was removed.</param>
public sealed record ScheduledFacts(TimeSpan Late, bool AuthorMay, bool OptedOut, bool NumberGone);

/// <summary>What becomes of a scheduled message that is due.</summary>
public abstract record ScheduledDecision
{
    private ScheduledDecision() { }

    public sealed record Send : ScheduledDecision;

    /// <param name="Reason">A word of the resources ("late").</param>
    public sealed record Hold(string Reason) : ScheduledDecision;

    /// <summary>It must never go out.</summary>
    /// <inheritdoc cref="Hold"/>
    public sealed record Drop(string Reason) : ScheduledDecision;
}

/// <summary>
/// Words that were written for a moment are not sent long after it without a word: who was down for the night says "good morning" to nobody at noon.
/// </summary>
public static class ScheduledPolicy
{
    /// <summary>What is later than this is held for a person. Chosen so that an hour's outage passes unnoticed and a night's does not.</summary>
    public static readonly TimeSpan MostLate = TimeSpan.FromHours(6);

    public static ScheduledDecision Decide(ScheduledFacts facts) =>
        facts switch
        {
            { OptedOut: true } => new ScheduledDecision.Drop("opted-out"),
            { NumberGone: true } => new ScheduledDecision.Hold("number-deleted"),
            { AuthorMay: false } => new ScheduledDecision.Hold("author-gone"),
            _ when facts.Late > MostLate => new ScheduledDecision.Hold("late"),
            _ => new ScheduledDecision.Send(),
        };
}
