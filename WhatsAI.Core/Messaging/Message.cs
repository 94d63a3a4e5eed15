using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Messaging;

public enum MessageDirection
{
    In,
    Out,
}

/// <summary>Where an outgoing message came from; customers' messages are <see cref="Customer"/>.</summary>
public enum MessageOrigin
{
    Customer,

    /// <summary>A member wrote it in the console.</summary>
    Agent,

    /// <summary>Written on the phone itself, or by another program at the gateway.</summary>
    Phone,

    /// <summary>The console itself, such as the confirmation of an opt-out.</summary>
    System,
    Automation,
    Campaign,
}

/// <summary>Urgency of an outgoing message; a lower value goes first.</summary>
public enum Lane
{
    Reply,
    Automation,
    Campaign,
}

public enum MediaState
{
    /// <summary>Comes by reference and waits to be fetched from the gateway.</summary>
    Pending,
    Ready,

    /// <summary>The gateway no longer has it, or it is larger than we store.</summary>
    Failed,
}

/// <summary>
/// One message. The outgoing ones are the ledger: <see cref="Delivery"/> and the columns from <see cref="Lane"/> on say what happened to each,
/// and only the dispatcher moves a row from queued to sending.
/// </summary>
public sealed class Message : ITenantOwned
{
    public MessageId Id { get; init; }

    public TenantId TenantId { get; init; }

    public ConversationId ConversationId { get; init; }

    public InstanceId InstanceId { get; init; }

    public MessageDirection Direction { get; init; }

    public MessageOrigin Origin { get; init; }

    public MessageKind Kind { get; init; }

    /// <summary>What is read, searched and previewed; empty for media without a caption and once deleted.</summary>
    public string Text { get; init; } = "";

    /// <summary>The <see cref="MessageBody"/> as JSON.</summary>
    public string Body { get; init; } = "{}";

    /// <summary>WhatsApp's id of the message, unique in an instance; unknown until the gateway answered.</summary>
    public string? ProviderId { get; init; }

    /// <summary>The provider's time (whole seconds); for a message the console sends, the time it was queued. With <see cref="Id"/> the thread's order.</summary>
    public DateTimeOffset SentAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was found at the gateway after its webhook had not come; null for what came by itself.</summary>
    public DateTimeOffset? RecoveredAt { get; init; }

    /// <summary>The person who wrote in a group, or the customer; null for ours.</summary>
    public ContactId? SenderId { get; init; }

    /// <summary>The member who wrote it.</summary>
    public UserId? AuthorId { get; init; }

    public string? ReplyToProviderId { get; init; }

    public DateTimeOffset? EditedAt { get; init; }

    public DateTimeOffset? DeletedAt { get; init; }

    public MediaId? MediaId { get; init; }

    public MediaState? MediaState { get; init; }

    /// <summary>Fetches tried so far, and when the next is due.</summary>
    public short MediaAttempts { get; init; }

    public DateTimeOffset? MediaDueAt { get; init; }

    /// <summary>Null for a customer's message.</summary>
    public DeliveryState? Delivery { get; init; }

    /// <summary>Why it failed, was skipped or is in doubt: a resource key ("failed.number-not-on-whats-app").</summary>
    public string? Reason { get; init; }

    public Lane? Lane { get; init; }

    /// <summary>Not to be sent before.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>What keeps it from going out although due ("campaign-paused"); null when nothing does.</summary>
    public string? HeldBy { get; init; }

    /// <summary>When a person asked for it again after it had failed; null: it has waited since <see cref="CreatedAt"/>.</summary>
    public DateTimeOffset? QueuedAt { get; init; }

    /// <summary>Hand-overs to the gateway begun.</summary>
    public short Attempts { get; init; }

    public DateTimeOffset? AttemptedAt { get; init; }

    /// <summary>When the next look for an unconfirmed message is due; null when there is none left.</summary>
    public DateTimeOffset? SettleAt { get; init; }

    public short SettleCount { get; init; }

    /// <summary>Made by the browser with the click: the same click arriving twice is one message.</summary>
    public Guid? ClientKey { get; init; }
}

/// <summary>Who put which emoji on which message; one per person and message.</summary>
public sealed class Reaction : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    /// <summary>WhatsApp's id of the message reacted to, which may not have arrived yet.</summary>
    public string TargetProviderId { get; init; } = "";

    /// <summary>"me" for the number itself, else the person's JID.</summary>
    public string Actor { get; init; } = "";

    public string Emoji { get; init; } = "";

    public DateTimeOffset At { get; init; }
}

/// <summary>A stored file as one tenant knows it; the bytes are content-addressed and may serve several messages.</summary>
public sealed class MediaFile : ITenantOwned
{
    public MediaId Id { get; init; }

    public TenantId TenantId { get; init; }

    /// <summary>SHA-256 of the bytes, lower-case hex.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Bytes.</summary>
    public long Size { get; init; }

    public string ContentType { get; init; } = "application/octet-stream";

    public string? FileName { get; init; }

    public DateTimeOffset StoredAt { get; init; }
}
