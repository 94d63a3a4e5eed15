namespace WhatsAI.Core.Messaging;

/// <summary>What happened to an outgoing message, as far as is known.</summary>
public enum DeliveryState
{
    Queued,

    /// <summary>Handed to the gateway, which has not answered yet.</summary>
    Sending,
    Sent,
    Delivered,
    Read,
    Played,
    Failed,
    Skipped,

    /// <summary>The hand-over may or may not have succeeded. Never sent again by itself.</summary>
    Unconfirmed,
}
