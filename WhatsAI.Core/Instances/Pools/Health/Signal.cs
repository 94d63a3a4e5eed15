namespace WhatsAI.Core.Instances.Pools.Health;

/// <summary>Something seen of a number that says how well it is. What the link itself says is in <see cref="ConnectionFacts"/>.</summary>
public abstract record Signal(DateTimeOffset At)
{
    /// <summary>The session went down or came up again.</summary>
    /// <param name="Code">WhatsApp's close code, where there was one.</param>
    /// <param name="AfterScan">Within a minute of a QR scan.</param>
    public sealed record Reconnected(DateTimeOffset At, int? Code = null, bool AfterScan = false) : Signal(At);

    /// <summary>WhatsApp confirmed a message: server, delivery or read.</summary>
    public sealed record Acked(DateTimeOffset At) : Signal(At);

    /// <summary>A message the gateway took long ago (<see cref="WatchRules.AckPatience"/>) is confirmed by nobody. Once for each.</summary>
    public sealed record NotAcked(DateTimeOffset At) : Signal(At);

    /// <summary>A message failed.</summary>
    public sealed record Failed(DateTimeOffset At, int? Code = null) : Signal(At);

    /// <summary>Somebody blocked or reported the number.</summary>
    public sealed record Blocked(DateTimeOffset At) : Signal(At);

    /// <summary>WhatsApp's own grade of an official number.</summary>
    public sealed record QualityChanged(DateTimeOffset At, Quality Quality) : Signal(At);
}

/// <summary>Green, yellow and red of the Cloud API.</summary>
public enum Quality
{
    Unknown,
    High,
    Medium,
    Low,
}
