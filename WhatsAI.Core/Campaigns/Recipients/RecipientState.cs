using WhatsAI.Core.Messaging;

namespace WhatsAI.Core.Campaigns.Recipients;

/// <summary>What became of one recipient. Together with the reason it is the whole answer to "did she get it".</summary>
public enum RecipientState
{
    /// <summary>Chosen at launch, not handed to the queue yet.</summary>
    Planned,

    /// <summary>In the queue of the pool.</summary>
    Queued,

    /// <summary>Handed to the gateway, which has not answered yet.</summary>
    Sending,

    /// <summary>It may or may not have gone out. Never sent again.</summary>
    Unconfirmed,
    Sent,
    Failed,
    Delivered,
    Read,

    /// <summary>Answered within the campaign's days.</summary>
    Replied,

    /// <summary>Not sent, for a reason that came up after launch.</summary>
    Skipped,
}

public static class RecipientStates
{
    /// <summary>
    /// The state after news that may come late, twice or in any order: it only moves forward, and where it ends does not depend on the order. A receipt after a
    /// failure is believed, a failure after a receipt is not. Skipped comes only before the hand-over and is final; an answer proves that the message arrived.
    /// Another try is not news: it goes back to the queue by itself.
    /// </summary>
    public static RecipientState Advance(RecipientState current, RecipientState incoming)
    {
        if (current == RecipientState.Skipped || incoming == RecipientState.Skipped)
        {
            return current is RecipientState.Planned or RecipientState.Queued ? RecipientState.Skipped : current;
        }

        return incoming > current ? incoming : current;
    }

    /// <summary>The ledger's word about the recipient's message.</summary>
    public static RecipientState Of(DeliveryState message) =>
        message switch
        {
            DeliveryState.Queued => RecipientState.Queued,
            DeliveryState.Sending => RecipientState.Sending,
            DeliveryState.Unconfirmed => RecipientState.Unconfirmed,
            DeliveryState.Sent => RecipientState.Sent,
            DeliveryState.Failed => RecipientState.Failed,
            DeliveryState.Delivered => RecipientState.Delivered,
            DeliveryState.Read or DeliveryState.Played => RecipientState.Read,
            DeliveryState.Skipped => RecipientState.Skipped,
            _ => throw new ArgumentOutOfRangeException(nameof(message)),
        };

    /// <summary>Something is still to be done for him; a campaign with none of these is complete. In doubt is not: nothing more will be sent.</summary>
    public static bool IsOpen(this RecipientState state) =>
        state is RecipientState.Planned or RecipientState.Queued or RecipientState.Sending;

    /// <summary>The message may have reached him, so it counts against the person's cap and may be answered.</summary>
    public static bool MayHaveGone(this RecipientState state) =>
        state
            is RecipientState.Sending
                or RecipientState.Unconfirmed
                or RecipientState.Sent
                or RecipientState.Delivered
                or RecipientState.Read
                or RecipientState.Replied;
}
