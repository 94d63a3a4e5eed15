using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>What a batch's receipts say of the number: its messages arrive, or they do not.</summary>
/// <param name="TookMs">From hand-over to the first confirmation, the median of the batch; null for none that was ours.</param>
internal sealed record Confirmed(IReadOnlyList<Signal> Signals, int? TookMs)
{
    /// <param name="rows">Each message as it was, what was said of it, and when it was handed over (null: written on the phone).</param>
    public static Confirmed Of(
        InboundContext context,
        IReadOnlyList<(DeliveryState Before, DeliveryState Said, DateTimeOffset? Attempted)> rows
    )
    {
        // Once for each message: that it is read after it was delivered is no second confirmation.
        var first = rows.Where(r =>
                r.Before is DeliveryState.Sending or DeliveryState.Unconfirmed or DeliveryState.Sent && r.Said >= DeliveryState.Sent
            )
            .ToArray();
        var took = first
            .Where(r => r.Said != DeliveryState.Failed && r.Attempted is not null)
            .Select(r => (int)Math.Clamp((context.Now - r.Attempted!.Value).TotalMilliseconds, 0, int.MaxValue / 512))
            .Order()
            .ToArray();
        return new Confirmed(
            [.. first.Select(r => r.Said == DeliveryState.Failed ? (Signal)new Signal.Failed(context.Now) : new Signal.Acked(context.Now))],
            took.Length == 0 ? null : took[took.Length / 2]
        );
    }
}
