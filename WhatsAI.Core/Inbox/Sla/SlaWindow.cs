namespace WhatsAI.Core.Inbox.Sla;

/// <summary>
/// Official numbers may write freely for 24 hours after the customer's last message, by Meta's clock, whatever the business hours; after that a conversation
/// that is not answered costs a template. So it lapses there too.
/// </summary>
public static class SlaWindow
{
    public static readonly TimeSpan Length = TimeSpan.FromHours(24);

    /// <param name="due">When a target lapses; null: none runs.</param>
    /// <param name="lastInboundAt">The customer's last message, by the provider's time; null: he never wrote, and no window is open.</param>
    /// <param name="waits">The customer waits for an answer: only then is something lost with the window.</param>
    /// <param name="official">Whether the number has such a window at all.</param>
    public static DateTimeOffset? Lapse(DateTimeOffset? due, DateTimeOffset? lastInboundAt, bool waits, bool official) =>
        official && waits && lastInboundAt is { } last && !(due <= last + Length) ? last + Length : due;
}
