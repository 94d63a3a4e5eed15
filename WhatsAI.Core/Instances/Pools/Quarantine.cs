namespace WhatsAI.Core.Instances.Pools;

/// <summary>How long a number is left alone that went up and down without end, and what is not done to it meanwhile.</summary>
public static class Quarantine
{
    /// <summary>A number that is well again must stay so for this long before it comes back.</summary>
    public static readonly TimeSpan CalmFor = TimeSpan.FromMinutes(10);

    /// <summary>After this long without flapping the rounds are forgotten.</summary>
    public static readonly TimeSpan Forgotten = TimeSpan.FromHours(24);

    private static readonly TimeSpan _first = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _longest = TimeSpan.FromHours(6);

    /// <summary>Five minutes, doubling with every round, at most six hours.</summary>
    /// <param name="round">From 1.</param>
    public static TimeSpan For(int round)
    {
        var time = _first * Math.Pow(2, Math.Clamp(round, 1, 20) - 1);
        return time < _longest ? time : _longest;
    }

    /// <summary>Whether the gateway may be asked for a QR code: only while somebody looks at it, and not before the back-off is over.</summary>
    /// <param name="watchedUntil">Until when somebody's dialog said it is open.</param>
    /// <param name="quietUntil">End of the back-off; null for none.</param>
    public static bool MayAskForQr(DateTimeOffset? watchedUntil, DateTimeOffset? quietUntil, DateTimeOffset now) =>
        watchedUntil > now && !(quietUntil > now);
}
