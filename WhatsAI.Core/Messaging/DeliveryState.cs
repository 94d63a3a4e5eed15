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

public static class DeliveryStates
{
    /// <summary>
    /// The state after news that may come late, twice or in any order. States only move forward, and the result does not depend on the
    /// order the news came in: a failure after a sign of delivery is ignored, a sign of delivery after a failure is believed, a late
    /// "sent" does not revive what failed. Skipped comes only from the queue and is final. A retry is not news: it queues anew.
    /// </summary>
    public static DeliveryState Advance(DeliveryState current, DeliveryState incoming)
    {
        if (current == DeliveryState.Skipped || incoming == DeliveryState.Skipped)
        {
            return current == DeliveryState.Queued ? DeliveryState.Skipped : current;
        }

        return Rank(incoming) > Rank(current) ? incoming : current;
    }

    /// <summary>Whether nothing but a receipt can change it any more.</summary>
    public static bool IsSettled(this DeliveryState state) =>
        state is not (DeliveryState.Queued or DeliveryState.Sending or DeliveryState.Unconfirmed);

    private static int Rank(DeliveryState state) =>
        state switch
        {
            DeliveryState.Queued => 0,
            DeliveryState.Sending => 1,
            DeliveryState.Unconfirmed => 2,
            DeliveryState.Sent => 3,
            DeliveryState.Failed => 4,
            DeliveryState.Delivered => 5,
            DeliveryState.Read => 6,
            DeliveryState.Played => 7,
            _ => -1,
        };
}
