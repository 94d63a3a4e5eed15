namespace WhatsAI.Core.Instances;

/// <summary>The one thing a person can do about a number from its card.</summary>
public enum InstanceRemedy
{
    None,

    /// <summary>Open the connect dialog.</summary>
    Scan,

    /// <summary>Ask the gateway for the state it sees.</summary>
    Verify,

    /// <summary>Open the gateway servers' settings.</summary>
    OpenGateways,
}

/// <summary>One sentence about a number: the gravest thing, and what to do. A card never says more than this.</summary>
/// <param name="Key">A resource key below "say.".</param>
/// <param name="Count">For sentences with a number in them.</param>
/// <param name="At">For sentences with a moment in them: when it began, or when it ends.</param>
public sealed record InstanceSentence(
    Gravity Gravity,
    string Key,
    InstanceRemedy Remedy = InstanceRemedy.None,
    int? Count = null,
    DateTimeOffset? At = null
)
{
    /// <summary>Reconnecting for longer than this is not a blink any more.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static InstanceSentence Of(NumberFacts facts, DateTimeOffset now) =>
        OfRefusal(facts, now)
        ?? (facts.IsBlip(now) ? null : OfGateway(facts))
        ?? OfLink(facts, now)
        ?? OfSending(facts)
        ?? OfRest(facts, now);

    // WhatsApp itself said no: whatever else is wrong, this is first.
    private static InstanceSentence? OfRefusal(NumberFacts facts, DateTimeOffset now) =>
        facts.Link.State switch
        {
            InstanceState.Banned => new(Gravity.Critical, facts.Link.CloseCode is 406 ? "banned.406" : "banned", At: facts.Link.Since),
            InstanceState.Restricted when facts.Link.RestrictedUntil > now => new(
                Gravity.Critical,
                "restricted.until",
                At: facts.Link.RestrictedUntil
            ),
            InstanceState.Restricted when facts.Link.RestrictedUntil is not null => new(
                Gravity.Critical,
                "restricted.over",
                InstanceRemedy.Scan,
                At: facts.Link.RestrictedUntil
            ),
            InstanceState.Restricted => new(Gravity.Critical, "restricted", At: facts.Link.Since),
            _ => null,
        };

    private static InstanceSentence? OfGateway(NumberFacts facts) =>
        facts.GatewayFailure switch
        {
            "Unauthorized" => new(Gravity.Critical, "gateway.unauthorized", InstanceRemedy.OpenGateways, At: facts.GatewayFailedAt),
            "LicenceRequired" => new(Gravity.Critical, "gateway.licence", InstanceRemedy.OpenGateways, At: facts.GatewayFailedAt),
            "NotAGateway" => new(Gravity.Critical, "gateway.not-a-gateway", InstanceRemedy.OpenGateways, At: facts.GatewayFailedAt),
            // Nothing of it is lost: there is nothing yet.
            "Unreachable" or "TimedOut" when !facts.Link.WasLinked => new(
                Gravity.Info,
                "gateway.not-yet",
                InstanceRemedy.Verify,
                At: facts.GatewayFailedAt
            ),
            "Unreachable" => new(Gravity.Critical, "gateway.unreachable", InstanceRemedy.Verify, At: facts.GatewayFailedAt),
            "TimedOut" => new(Gravity.Critical, "gateway.timed-out", InstanceRemedy.Verify, At: facts.GatewayFailedAt),
            "UnknownInstance" when facts.Link.WasLinked => new(
                Gravity.Critical,
                "gateway.unknown-instance",
                InstanceRemedy.Scan,
                At: facts.GatewayFailedAt
            ),
            "RateLimited" => new(Gravity.Warning, "gateway.rate-limited", At: facts.GatewayFailedAt),
            "Unclear" or "Rejected" or "NotSupported" or "NameTaken" => new(
                Gravity.Warning,
                "gateway.unclear",
                InstanceRemedy.Verify,
                At: facts.GatewayFailedAt
            ),
            _ => null,
        };

    private static InstanceSentence? OfLink(NumberFacts facts, DateTimeOffset now) =>
        facts.Link switch
        {
            { } link when facts.AwaitsScanAfterMove => new(Gravity.Critical, "moved", InstanceRemedy.Scan, At: link.Since),
            { State: InstanceState.LoggedOut } link => new(Gravity.Critical, "logged-out", InstanceRemedy.Scan, At: link.Since),
            { State: InstanceState.Disconnected, WasLinked: true } link => new(
                Gravity.Critical,
                link.CloseCode is 428 ? "qr-limit" : "disconnected",
                InstanceRemedy.Scan,
                At: link.Since
            ),
            { State: InstanceState.Disconnected } link => new(
                Gravity.Info,
                link.CloseCode is 428 ? "qr-limit" : "never-linked",
                InstanceRemedy.Scan,
                At: link.Since
            ),
            { State: InstanceState.Connecting, WasLinked: false } link => new(
                Gravity.Info,
                "waiting-for-scan",
                InstanceRemedy.Scan,
                At: link.Since
            ),
            { State: InstanceState.Connecting, QrCode: not null } link => new(
                Gravity.Critical,
                "waiting-for-scan",
                InstanceRemedy.Scan,
                At: link.Since
            ),
            { State: InstanceState.Connecting } link => now - link.Since > Patience
                ? new(Gravity.Warning, "reconnecting.long", InstanceRemedy.Verify, At: link.Since)
                : new(Gravity.Info, "reconnecting", At: link.Since),
            { State: InstanceState.Unknown, WasLinked: false } => new(Gravity.Unknown, "never-linked", InstanceRemedy.Scan),
            { State: InstanceState.Unknown } => new(Gravity.Unknown, "unknown", InstanceRemedy.Verify),
            _ => null,
        };

    private static InstanceSentence? OfSending(NumberFacts facts) =>
        facts.Unconfirmed > 0 ? new(Gravity.Warning, "unconfirmed", Count: facts.Unconfirmed) : null;

    private static InstanceSentence OfRest(NumberFacts facts, DateTimeOffset now) =>
        !facts.IsProven(now) ? new(Gravity.Unknown, "no-proof", InstanceRemedy.Verify, At: facts.LastProof)
        : facts.Queued > 0 ? new(Gravity.Fine, "sending", Count: facts.Queued)
        : facts.LastInboundAt is { } inbound ? new(Gravity.Fine, "last-inbound", At: inbound)
        : new(Gravity.Fine, "no-message-yet");
}
