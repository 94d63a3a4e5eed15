namespace WhatsAI.Core.Campaigns.Recipients;

/// <summary>A failed hand-over as the ledger knows it.</summary>
/// <param name="SurelyNotSent">Nothing can have left: no connection, refused before a byte was written, the number not connected, a throttle.</param>
/// <param name="IsForGood">Another try would fail the same way: no WhatsApp there, the message refused.</param>
/// <param name="Attempts">Including this one.</param>
public sealed record FailedAttempt(RecipientState State, bool SurelyNotSent, bool IsForGood, int Attempts, DateTimeOffset At);

/// <summary>Whether and when a recipient is tried again: only where nothing can have been sent, whatever anybody wishes.</summary>
public static class RetryRule
{
    public const int MostAttempts = 3;

    private static readonly TimeSpan[] _waits = [TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30)];

    /// <summary>When it goes back to the queue; null for never.</summary>
    public static DateTimeOffset? Next(FailedAttempt attempt) =>
        attempt is { State: RecipientState.Failed, SurelyNotSent: true, IsForGood: false, Attempts: >= 1 and < MostAttempts }
            ? attempt.At + _waits[attempt.Attempts - 1]
            : null;
}
