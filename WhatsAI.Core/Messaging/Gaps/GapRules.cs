namespace WhatsAI.Core.Messaging.Gaps;

/// <summary>From when a gap counts, when its gateway is asked, and when nobody asks any more.</summary>
public static class GapRules
{
    /// <summary>Messages overtake each other on the way, and their times are whole seconds: what is asked for begins this much before the last one seen.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);

    /// <summary>No gap is asked for further back than this by itself: a number linked anew after months is not its own archive.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>An event may have waited this long at the gateway before it came here: Evolution repeats for about 20 minutes.</summary>
    public static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(20);

    /// <summary>What WhatsApp held for a number reaches the gateway in the moments after the session is open.</summary>
    public static readonly TimeSpan AfterReconnect = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan _first = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _longestWait = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _patience = TimeSpan.FromDays(1);

    /// <summary>Where a gap begins.</summary>
    /// <param name="lastSeen">The provider's time of the last message that came; null for a number that never had one.</param>
    /// <param name="known">Up to when surely nothing was missed: the close of the session, the console's last sign of life.</param>
    public static DateTimeOffset From(DateTimeOffset? lastSeen, DateTimeOffset known, DateTimeOffset now)
    {
        var from = (lastSeen is { } seen && seen < known ? seen : known) - Overlap;
        return from < now - Longest ? now - Longest : from;
    }

    /// <summary>How long to wait after a gateway did not answer; null when a day of asking is over.</summary>
    /// <param name="attempts">Times it did not answer, this one included.</param>
    /// <param name="asked">How long the gateway wants to be left alone; null where it did not say.</param>
    public static TimeSpan? Again(int attempts, DateTimeOffset createdAt, DateTimeOffset now, TimeSpan? asked = null)
    {
        if (now - createdAt >= _patience)
        {
            return null;
        }

        var doubled = _first * Math.Pow(2, Math.Clamp(attempts - 1, 0, 10));
        var wait = doubled < _longestWait ? doubled : _longestWait;
        return asked > wait ? asked : wait;
    }
}
