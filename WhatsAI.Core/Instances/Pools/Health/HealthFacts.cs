namespace WhatsAI.Core.Instances.Pools.Health;

/// <summary>All that the six layers are judged by.</summary>
/// <param name="Number">Link, gateway and last proofs.</param>
/// <param name="Watch">What its signals left.</param>
public sealed record HealthFacts(NumberFacts Number, WatchState Watch)
{
    public InboundHabit Habit { get; init; } = InboundHabit.None;

    /// <summary>From hand-over to the first confirmation, the median of the last hour; null without a message.</summary>
    public TimeSpan? AckTime { get; init; }

    /// <summary>The same over the weeks before.</summary>
    public TimeSpan? UsualAckTime { get; init; }

    /// <summary>Between the provider's time of an event and its coming here, the median of the last hour.</summary>
    public TimeSpan? WebhookLag { get; init; }

    /// <summary>Of the messages of the last day that are an hour old, the share that was delivered; null for fewer than 20.</summary>
    public double? Delivered { get; init; }

    /// <summary>The same over the weeks before.</summary>
    public double? UsuallyDelivered { get; init; }

    public DateTimeOffset? LastDeliveryAt { get; init; }
}
