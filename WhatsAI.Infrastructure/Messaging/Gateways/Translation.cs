using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways;

/// <summary>What a gateway's raw event says.</summary>
public abstract record Translation
{
    /// <param name="Event">The gateway's name of the event, cut to 100 characters.</param>
    /// <param name="Instance">The instance it names; a claim only, the webhook's route decides.</param>
    /// <param name="Events">Never empty.</param>
    public sealed record Readable(string Event, string? Instance, IReadOnlyList<GatewayEvent> Events) : Translation;

    /// <param name="Reason">A short fixed phrase.</param>
    public sealed record Unreadable(string Reason) : Translation;
}
