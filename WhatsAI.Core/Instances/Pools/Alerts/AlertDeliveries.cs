namespace WhatsAI.Core.Instances.Pools.Alerts;

/// <summary>What came of one attempt to tell of an alert. A resource key below "delivery." (<see cref="ReasonKey"/>).</summary>
public enum DeliveryOutcome
{
    Delivered,

    /// <summary>Nobody listens there, or the name is unknown. Surely not told.</summary>
    Unreachable,

    /// <summary>The address leads where the console may not connect to. Surely not told.</summary>
    Forbidden,

    /// <summary>No answer in time: it may have arrived.</summary>
    TimedOut,

    /// <summary>The connection broke: it may have arrived.</summary>
    Broken,

    /// <summary>The other side failed (5xx, a redirect): it may have acted before it did.</summary>
    Failed,

    /// <summary>Too much at once (429): surely not told, and it says when to come again.</summary>
    Throttled,

    /// <summary>Refused for good (4xx): the key, the chat or the address is wrong.</summary>
    Refused,

    /// <summary>The stored key does not open with the present master key.</summary>
    SecretLost,
}

/// <summary>When an alert is told again that could not be told.</summary>
public static class DeliveryRetry
{
    /// <summary>Whoever asks for more patience than this is asked again anyway.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(2);

    private static readonly TimeSpan[] _waits =
    [
        TimeSpan.FromSeconds(10),
        TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(2),
        TimeSpan.FromMinutes(10),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1),
        LongestWait,
        LongestWait,
    ];

    /// <summary>Whether the other side may have got it: told again, it may come twice.</summary>
    public static bool IsInDoubt(this DeliveryOutcome outcome) =>
        outcome is DeliveryOutcome.TimedOut or DeliveryOutcome.Broken or DeliveryOutcome.Failed;

    /// <summary>How long to wait; null to give up, because it is refused for good or has been tried for about six hours.</summary>
    /// <param name="attempts">Made so far, from 1.</param>
    /// <param name="asked">What the other side asked for (Retry-After).</param>
    public static TimeSpan? After(DeliveryOutcome outcome, int attempts, TimeSpan? asked = null)
    {
        if (outcome is DeliveryOutcome.Refused or DeliveryOutcome.Delivered || attempts > _waits.Length)
        {
            return null;
        }

        var own = _waits[Math.Max(attempts, 1) - 1];
        return !(asked > own) ? own
            : asked < LongestWait ? asked.Value
            : LongestWait;
    }
}
