using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Messaging;

public enum ConversationKind
{
    Person,
    Group,
}

public enum ConversationStatus
{
    Open,

    /// <summary>An agent waits for something; the customer's next message opens it again.</summary>
    Pending,
    Snoozed,
    Resolved,
}

public enum ConversationPriority
{
    Low,
    Normal,
    High,
    Urgent,
}

/// <summary>The thread with one counterpart through the instance that serves it; what moves with every message lives in <see cref="ConversationHead"/>.</summary>
public sealed class Conversation : ITenantOwned
{
    public ConversationId Id { get; init; }

    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    public ConversationKind Kind { get; init; }

    /// <summary>The counterpart of a conversation with a person.</summary>
    public ContactId? ContactId { get; init; }

    /// <summary>The counterpart of a group conversation.</summary>
    public string? GroupJid { get; init; }

    /// <summary>A group's subject, where it is known.</summary>
    public string? Title { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the person was blocked for this number: he can no longer write to it, and nothing goes out to him. Null: he is not.</summary>
    public DateTimeOffset? BlockedAt { get; init; }

    public UserId? BlockedBy { get; init; }
}

/// <summary>A conversation as the list shows it; changed by atomic SQL only.</summary>
public sealed record ConversationHead : ITenantOwned
{
    public ConversationId ConversationId { get; init; }

    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    public ConversationKind Kind { get; init; }

    public ConversationStatus Status { get; init; }

    /// <summary>The open episode, or the last one.</summary>
    public EpisodeId? EpisodeId { get; init; }

    public MessageId? LastMessageId { get; init; }

    /// <summary>The provider's time of the newest message; the list's order.</summary>
    public DateTimeOffset LastAt { get; init; }

    /// <summary>The beginning of the newest message, on one line; empty for media without a caption, and for a text that was deleted.</summary>
    public string LastPreview { get; init; } = "";

    public MessageKind LastKind { get; init; }

    public MessageDirection LastDirection { get; init; }

    public DeliveryState? LastDelivery { get; init; }

    public DateTimeOffset? LastInboundAt { get; init; }

    /// <summary>Messages from the customer that no agent has had on the screen; shared by all members.</summary>
    public int Unread { get; init; }

    /// <summary>The member who answers it; null: whoever takes it.</summary>
    public UserId? AssigneeId { get; init; }

    /// <summary>The team it belongs to; null: no team's.</summary>
    public TeamId? TeamId { get; init; }

    public ConversationPriority Priority { get; init; } = ConversationPriority.Normal;

    /// <summary>
    /// When a snoozed conversation comes back by itself; null while snoozed: with the customer's next message only. Of one that came back, when it did, until
    /// somebody looks at it.
    /// </summary>
    public DateTimeOffset? SnoozedUntil { get; init; }

    /// <summary>Its time was up, and nobody has had it on the screen since.</summary>
    public bool CameBack => Status == ConversationStatus.Open && SnoozedUntil is not null;

    /// <summary>An agent has had it on the screen.</summary>
    public ConversationHead Seen() => this with { Unread = 0, SnoozedUntil = CameBack ? null : SnoozedUntil };

    /// <summary>The provider's time of the customer's first message that no person has answered yet; null: nothing waits for an answer.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>The clocks of its targets; null: it has none.</summary>
    public SlaClock? Sla { get; init; }

    /// <summary>When the next target lapses, or the one that lapsed first did: the order of "lapses first".</summary>
    public DateTimeOffset? LapseAt => Sla?.Next?.At;

    /// <summary>When somebody must be told of a lapse; null: of none.</summary>
    public DateTimeOffset? AlertAt => Sla?.AlertAt(WaitingSince);
}

/// <summary>One opening of a conversation to its resolution; response times, SLA and CSAT belong to it.</summary>
public sealed class Episode : ITenantOwned
{
    public EpisodeId Id { get; init; }

    public TenantId TenantId { get; init; }

    public ConversationId ConversationId { get; init; }

    /// <summary>Its conversation's, kept here so that reports need no other row; null: opened before this was written down.</summary>
    public InstanceId? InstanceId { get; init; }

    /// <inheritdoc cref="InstanceId"/>
    public ConversationKind? Kind { get; init; }

    /// <summary>The team it was in when it was last given to one, answered first or resolved.</summary>
    public TeamId? TeamId { get; init; }

    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>The provider's time of the message that the first answer answered; null: not answered yet, or we spoke first.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    public DateTimeOffset? FirstReplyAt { get; init; }

    /// <summary>Null as well where it was answered on the phone, which says of nobody who he is.</summary>
    public UserId? FirstReplyBy { get; init; }

    /// <summary>When the first answer was due, written with it, or with a resolution that came too late without one; null: there was no such target.</summary>
    public DateTimeOffset? FirstDueAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public UserId? ResolvedBy { get; init; }

    /// <summary>When the resolution was due, written with it; null: there was no such target.</summary>
    public DateTimeOffset? ResolveDueAt { get; init; }
}

/// <summary>An answer of a person after the first one of its episode, to a customer who waited for it.</summary>
public sealed class NextReply : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public EpisodeId EpisodeId { get; init; }

    public ConversationId ConversationId { get; init; }

    public InstanceId InstanceId { get; init; }

    public ConversationKind Kind { get; init; }

    public TeamId? TeamId { get; init; }

    /// <summary>Null: on the phone.</summary>
    public UserId? ById { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    public DateTimeOffset AnsweredAt { get; init; }

    /// <summary>Null: there was no such target.</summary>
    public DateTimeOffset? DueAt { get; init; }
}

/// <summary>How many conversations a number has in a status, for each assignee and team; kept by the changes themselves, so that no list page counts.</summary>
public sealed class ConversationCount : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    public ConversationKind Kind { get; init; }

    public ConversationStatus Status { get; init; }

    /// <summary>The empty id: nobody's.</summary>
    public UserId AssigneeId { get; init; }

    /// <summary>The empty id: no team's.</summary>
    public TeamId TeamId { get; init; }

    public int Conversations { get; init; }

    /// <summary>Of those, how many have unread messages.</summary>
    public int Unread { get; init; }
}
