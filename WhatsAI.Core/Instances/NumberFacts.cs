namespace WhatsAI.Core.Instances;

/// <summary>How much a number's state asks of a person, worst first; the order of the wall.</summary>
public enum Gravity
{
    Critical,
    Warning,
    Unknown,

    /// <summary>Something is under way and needs nobody.</summary>
    Info,
    Fine,
}

/// <summary>What is proven about a number now; all that its card and its health are made of.</summary>
/// <param name="Unconfirmed">Sends of which nobody knows whether they went out.</param>
/// <param name="Queued">Messages that wait to be sent.</param>
/// <param name="GatewayFailure">Name of the last failed call's reason; null once a call succeeded after it.</param>
public sealed record NumberFacts(ConnectionFacts Link, int Unconfirmed, int Queued, string? GatewayFailure)
{
    /// <summary>A proof older than this proves nothing any more; the number is asked about once a minute.</summary>
    public static readonly TimeSpan ProofLasts = TimeSpan.FromMinutes(5);

    public DateTimeOffset? GatewayFailedAt { get; init; }

    public DateTimeOffset? GatewaySeenAt { get; init; }

    public DateTimeOffset? LastEventAt { get; init; }

    public DateTimeOffset? LastInboundAt { get; init; }

    public DateTimeOffset? LastOutboundAt { get; init; }

    /// <summary>Its state began when it went to another gateway server, where nobody has linked it yet.</summary>
    public bool HasMoved { get; init; }

    /// <summary>Nothing is wrong with it but that nobody has read its code at the new server yet.</summary>
    public bool AwaitsScanAfterMove => HasMoved && Link is { State: InstanceState.LoggedOut, CloseCode: null };

    /// <summary>When something last showed that the number is what we say it is.</summary>
    public DateTimeOffset LastProof => Latest(Link.Since, Latest(GatewaySeenAt ?? Link.Since, LastEventAt ?? Link.Since));

    public bool IsProven(DateTimeOffset now) => now - LastProof <= ProofLasts;

    /// <summary>One call that failed says little; what still fails after half a minute is said.</summary>
    public bool IsBlip(DateTimeOffset now) =>
        GatewayFailure is "Unreachable" or "TimedOut" or "Unclear" && now - GatewayFailedAt < TimeSpan.FromSeconds(30);

    private static DateTimeOffset Latest(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
