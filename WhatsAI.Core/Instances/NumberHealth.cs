namespace WhatsAI.Core.Instances;

/// <summary>The six layers between a customer and an agent, from the outside in.</summary>
public enum HealthLayer
{
    Gateway,
    Session,
    Inbound,
    Acknowledgement,
    Webhook,
    Delivery,
}

/// <summary>What is proven about one layer. Without a proof it is unknown, which is not bad.</summary>
/// <param name="Key">A resource key below "health.".</param>
/// <param name="ProvenAt">When the proof was seen; null for none.</param>
public sealed record LayerHealth(HealthLayer Layer, Gravity Gravity, string Key, DateTimeOffset? ProvenAt);

/// <summary>What can be said of a number's layers today without knowing its habits: each with its proof and that proof's age.</summary>
public static class NumberHealth
{
    /// <summary>A message or receipt this old still shows that its layer worked; an older one shows nothing about now.</summary>
    public static readonly TimeSpan TrafficLasts = TimeSpan.FromHours(1);

    /// <summary>Always six, in the order of <see cref="HealthLayer"/>.</summary>
    /// <param name="lastReceiptAt">The last sign that WhatsApp took a message of ours.</param>
    public static IReadOnlyList<LayerHealth> Of(NumberFacts facts, DateTimeOffset? lastReceiptAt, DateTimeOffset now) =>
        [
            Gateway(facts, now),
            Session(facts, now),
            Traffic(HealthLayer.Inbound, "inbound", facts.LastInboundAt, now),
            facts.Unconfirmed > 0
                ? new(HealthLayer.Acknowledgement, Gravity.Warning, "ack.missing", facts.LastOutboundAt)
                : Traffic(HealthLayer.Acknowledgement, "ack", facts.LastOutboundAt, now),
            Traffic(HealthLayer.Webhook, "webhook", facts.LastEventAt, now),
            Traffic(HealthLayer.Delivery, "delivery", lastReceiptAt, now),
        ];

    private static LayerHealth Gateway(NumberFacts facts, DateTimeOffset now) =>
        facts.GatewayFailure is { } failure && (facts.Link.WasLinked || failure is not "UnknownInstance")
            ? new(
                HealthLayer.Gateway,
                failure is "RateLimited" || facts.IsBlip(now) ? Gravity.Warning : Gravity.Critical,
                "gateway.fails",
                facts.GatewayFailedAt
            )
        : facts.GatewaySeenAt is { } seen && now - seen <= NumberFacts.ProofLasts
            ? new(HealthLayer.Gateway, Gravity.Fine, "gateway.answers", seen)
        : new(HealthLayer.Gateway, Gravity.Unknown, "unknown", facts.GatewaySeenAt);

    private static LayerHealth Session(NumberFacts facts, DateTimeOffset now) =>
        facts.Link.State switch
        {
            InstanceState.Open when !facts.IsProven(now) => new(HealthLayer.Session, Gravity.Unknown, "unknown", facts.LastProof),
            InstanceState.Open => new(HealthLayer.Session, Gravity.Fine, "session.open", facts.LastProof),
            InstanceState.Connecting => new(HealthLayer.Session, Gravity.Info, "session.connecting", facts.Link.Since),
            InstanceState.Disconnected when !facts.Link.WasLinked => new(HealthLayer.Session, Gravity.Unknown, "session.never", null),
            InstanceState.Unknown => new(HealthLayer.Session, Gravity.Unknown, "unknown", null),
            _ => new(HealthLayer.Session, Gravity.Critical, "session.closed", facts.Link.Since),
        };

    private static LayerHealth Traffic(HealthLayer layer, string key, DateTimeOffset? at, DateTimeOffset now) =>
        at is { } seen && now - seen <= TrafficLasts ? new(layer, Gravity.Fine, key, seen) : new(layer, Gravity.Unknown, "unknown", at);
}
