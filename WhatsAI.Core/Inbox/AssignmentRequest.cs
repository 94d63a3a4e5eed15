using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox;

/// <summary>A conversation that waits to be given to somebody by the program.</summary>
public sealed class AssignmentRequest : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public ConversationId ConversationId { get; init; }

    /// <summary>Who had it before its last resolution.</summary>
    public UserId? Before { get; init; }

    public DateTimeOffset QueuedAt { get; init; }
}
