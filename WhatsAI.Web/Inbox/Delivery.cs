using WhatsAI.Core.Messaging;

namespace WhatsAI.Web.Inbox;

/// <summary>The tick of an outgoing message: an icon, and a word for who cannot see it.</summary>
public static class Delivery
{
    public static string Icon(DeliveryState state) =>
        state switch
        {
            DeliveryState.Queued or DeliveryState.Sending => "schedule",
            DeliveryState.Sent => "check",
            DeliveryState.Delivered or DeliveryState.Read or DeliveryState.Played => "done_all",
            DeliveryState.Failed => "error",
            DeliveryState.Skipped => "block",
            _ => "help",
        };

    /// <summary>A key of <see cref="InboxText"/>.</summary>
    public static string Word(DeliveryState state) => $"delivery.{state.ToString().ToLowerInvariant()}";

    public static string Css(DeliveryState state) =>
        state switch
        {
            DeliveryState.Read or DeliveryState.Played => "tick read",
            DeliveryState.Failed or DeliveryState.Skipped => "tick failed",
            DeliveryState.Unconfirmed => "tick doubt",
            _ => "tick",
        };

    public static bool IsBad(DeliveryState? state) => state is DeliveryState.Failed or DeliveryState.Skipped;
}
