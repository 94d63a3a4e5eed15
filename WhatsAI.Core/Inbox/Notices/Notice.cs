using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox.Notices;

public enum NoticeKind
{
    /// <summary>A note names the member.</summary>
    Mentioned,

    /// <summary>The member was given the conversation, by somebody else or by the program.</summary>
    Assigned,

    /// <summary>A customer has not had his first answer in time.</summary>
    FirstLate,

    /// <summary>A customer who was answered before waits longer than is right.</summary>
    NextLate,

    /// <summary>The conversation is not resolved in time.</summary>
    ResolutionLate,
}

/// <summary>What one member is told, and nobody else. It says where to look; what stands there is read when it is shown.</summary>
public sealed class Notice : ITenantOwned
{
    public NoticeId Id { get; init; }

    public TenantId TenantId { get; init; }

    public UserId UserId { get; init; }

    public NoticeKind Kind { get; init; }

    public ConversationId ConversationId { get; init; }

    /// <summary>The note that mentions him or came with the conversation, or the line that says it was given; null: the whole conversation.</summary>
    public MessageId? MessageId { get; init; }

    /// <summary>Null: the program.</summary>
    public UserId? ById { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>Null: not yet.</summary>
    public DateTimeOffset? ReadAt { get; init; }
}
