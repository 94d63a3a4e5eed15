namespace WhatsAI.Core.Instances.Pools.Health;

/// <summary>
/// The six layers between a customer and an agent, each against the number's own habit, with its last proof. What nothing proves is unknown: never good, never
/// bad. Keys are resource keys below "health.".
/// </summary>
public static class HealthLayers
{
    /// <summary>That many expected messages missing is no chance any more (once in 150 quiet spells of an ordinary number).</summary>
    public const double SilenceIsOdd = 5;

    /// <summary>A message usually would have come, but nothing is odd yet.</summary>
    public const double SilenceIsQuiet = 1;

    private const double SlowTimes = 3;
    private const double PoorDelivery = 0.9;
    private static readonly TimeSpan _slowAck = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _lag = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _longLag = TimeSpan.FromMinutes(5);

    /// <summary>Always six, in the order of <see cref="HealthLayer"/>.</summary>
    public static IReadOnlyList<LayerHealth> Of(HealthFacts facts, DateTimeOffset now)
    {
        var plain = NumberHealth.Of(facts.Number, facts.LastDeliveryAt, now);
        return [plain[0], plain[1], Inbound(facts, now), Acks(facts, now), Webhooks(facts, now), Delivery(facts, now)];
    }

    private static LayerHealth Inbound(HealthFacts facts, DateTimeOffset now)
    {
        var last = facts.Number.LastInboundAt;
        if (last is { } seen && now - seen <= NumberHealth.TrafficLasts)
        {
            return new(HealthLayer.Inbound, Gravity.Fine, "inbound", seen);
        }

        // Before the link was open nothing could come.
        var since = last > facts.Number.Link.Since ? last.Value : facts.Number.Link.Since;
        if (!facts.Habit.IsKnown || facts.Number.Link.State != InstanceState.Open)
        {
            return new(HealthLayer.Inbound, Gravity.Unknown, "unknown", last);
        }

        var missing = facts.Habit.Expected(since, now);
        return missing >= SilenceIsOdd ? new(HealthLayer.Inbound, Gravity.Warning, "inbound.silent", last)
            : missing >= SilenceIsQuiet ? new(HealthLayer.Inbound, Gravity.Unknown, "unknown", last)
            : new(HealthLayer.Inbound, Gravity.Unknown, "inbound.quiet-hours", last);
    }

    private static LayerHealth Acks(HealthFacts facts, DateTimeOffset now)
    {
        var proof = facts.Watch.AckedAt;
        if (facts.Watch.UnackedInRow >= WatchRules.AllUnacked)
        {
            return new(HealthLayer.Acknowledgement, Gravity.Critical, "ack.gap", proof);
        }

        if (facts.Watch.UnackedInRow >= WatchRules.SomeUnacked || facts.Number.Unconfirmed > 0)
        {
            return new(HealthLayer.Acknowledgement, Gravity.Warning, "ack.missing", proof);
        }

        if (facts.AckTime is not { } time || proof is not { } seen || now - seen > NumberHealth.TrafficLasts)
        {
            return new(HealthLayer.Acknowledgement, Gravity.Unknown, "unknown", proof);
        }

        return time > _slowAck && time > (facts.UsualAckTime ?? TimeSpan.Zero) * SlowTimes
            ? new(HealthLayer.Acknowledgement, Gravity.Warning, "ack.slow", seen)
            : new(HealthLayer.Acknowledgement, Gravity.Fine, "ack", seen);
    }

    private static LayerHealth Webhooks(HealthFacts facts, DateTimeOffset now)
    {
        var proof = facts.Number.LastEventAt;
        return proof is not { } seen || now - seen > NumberHealth.TrafficLasts || facts.WebhookLag is not { } lag
                ? new(HealthLayer.Webhook, Gravity.Unknown, "unknown", proof)
            : lag >= _longLag ? new(HealthLayer.Webhook, Gravity.Critical, "webhook.late", seen)
            : lag >= _lag ? new(HealthLayer.Webhook, Gravity.Warning, "webhook.late", seen)
            : new(HealthLayer.Webhook, Gravity.Fine, "webhook", seen);
    }

    private static LayerHealth Delivery(HealthFacts facts, DateTimeOffset now)
    {
        if (facts.Delivered is not { } share)
        {
            return facts.LastDeliveryAt is { } at && now - at <= NumberHealth.TrafficLasts
                ? new(HealthLayer.Delivery, Gravity.Fine, "delivery", at)
                : new(HealthLayer.Delivery, Gravity.Unknown, "unknown", facts.LastDeliveryAt);
        }

        // A list of old addresses delivers badly on every number: only worse than usual is the number's.
        var poor = (facts.UsuallyDelivered ?? 1) * PoorDelivery;
        return share <= poor / 2 ? new(HealthLayer.Delivery, Gravity.Critical, "delivery.poor", facts.LastDeliveryAt)
            : share < poor ? new(HealthLayer.Delivery, Gravity.Warning, "delivery.poor", facts.LastDeliveryAt)
            : new(HealthLayer.Delivery, Gravity.Fine, "delivery", facts.LastDeliveryAt);
    }
}
