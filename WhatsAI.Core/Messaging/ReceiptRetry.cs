namespace WhatsAI.Core.Messaging;

/// <summary>When blue ticks that could not be sent are tried again. They are a courtesy: after some time they are worth nothing.</summary>
public static class ReceiptRetry
{
    private static readonly TimeSpan[] _waits =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(2),
        TimeSpan.FromMinutes(10),
    ];

    /// <param name="failed">Attempts that failed so far, at least 1.</param>
    /// <returns>How long to wait; null after the fifth: give up.</returns>
    public static TimeSpan? Wait(int failed) => failed <= _waits.Length ? _waits[Math.Max(failed, 1) - 1] : null;
}
