using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>A hand-over that was committed before the gateway is called.</summary>
/// <param name="To">The chat's address as WhatsApp wrote it.</param>
/// <param name="QueuedAt">For how long it has waited.</param>
/// <param name="Attempts">This one included.</param>
public sealed record Attempt(
    MessageId Message,
    ConversationId Conversation,
    Jid To,
    MessageBody Body,
    Quote? Quote,
    AttemptMedia? Media,
    DateTimeOffset QueuedAt,
    int Attempts,
    Lane Lane
);

/// <param name="Hash">Its name in the media store.</param>
public sealed record AttemptMedia(string Hash, string ContentType, string FileName);

/// <summary>How a hand-over ended.</summary>
public abstract record AttemptResult
{
    public sealed record Taken(SentMessage Sent) : AttemptResult;

    /// <param name="Code">WhatsApp's own error code, where the gateway passed one on.</param>
    public sealed record NotTaken(GatewayFailure Failure, bool SurelyNotSent, TimeSpan? RetryAfter, int? Code = null) : AttemptResult;
}
