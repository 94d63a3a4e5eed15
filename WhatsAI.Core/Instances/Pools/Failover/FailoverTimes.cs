namespace WhatsAI.Core.Instances.Pools.Failover;

/// <summary>The moments of one failover; each is written once, the first time counts.</summary>
/// <param name="SignalAt">The event that gave it away, on the gateway's clock as we received it.</param>
public sealed record FailoverTimes(DateTimeOffset SignalAt)
{
    public DateTimeOffset? DetectedAt { get; init; }

    public DateTimeOffset? PromotedAt { get; init; }

    /// <summary>The first message through the number that took over.</summary>
    public DateTimeOffset? FirstSentAt { get; init; }

    public TimeSpan? Detection => DetectedAt - SignalAt;

    public TimeSpan? Promotion => PromotedAt - SignalAt;

    public TimeSpan? FirstMessage => FirstSentAt - SignalAt;

    public FailoverTimes Detected(DateTimeOffset at) => this with { DetectedAt = DetectedAt ?? NotBefore(at) };

    public FailoverTimes Promoted(DateTimeOffset at) => this with { PromotedAt = PromotedAt ?? NotBefore(at) };

    public FailoverTimes FirstSent(DateTimeOffset at) => this with { FirstSentAt = FirstSentAt ?? NotBefore(at) };

    // No step is earlier than the signal, whatever two clocks say.
    private DateTimeOffset NotBefore(DateTimeOffset at) => at < SignalAt ? SignalAt : at;
}
