namespace WhatsAI.Core.Messaging.Media;

/// <summary>When a customer's file that could not be fetched is tried again.</summary>
public static class MediaRetry
{
    private static readonly TimeSpan[] _waits =
    [
        TimeSpan.FromSeconds(10),
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
    ];

    /// <param name="failed">Fetches that failed so far, at least 1.</param>
    /// <returns>How long to wait; null to give up: the gateway's copy expires.</returns>
    public static TimeSpan? Wait(int failed) => failed <= _waits.Length ? _waits[Math.Max(failed, 1) - 1] : null;
}
