using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>An address a gateway posts to. Committed before the gateway is told of it; kept for 30 days after its number was deleted.</summary>
public sealed class WebhookRoute
{
    /// <summary>Random, in the URL.</summary>
    public string Route { get; init; } = "";

    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    /// <summary>SHA-256 of the secret the gateway sends in a header.</summary>
    public byte[] SecretHash { get; init; } = [];

    /// <summary>Of a number that was moved: the server it was given to. What another server than the number's posts is acknowledged and dropped.</summary>
    public GatewayServerId? ServerId { get; init; }

    public DateTimeOffset? DeletedAt { get; init; }
}

/// <summary>A gateway event as received, stored before it is acknowledged.</summary>
public sealed class JournalEntry : ITenantOwned
{
    public long Id { get; init; }

    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The raw body; bytea, because jsonb refuses <c>\u0000</c>.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>The gap it was asked for to fill; null for what the gateway posted by itself.</summary>
    public GapId? GapId { get; init; }

    /// <summary>The gateway's event name, once read.</summary>
    public string? Event { get; init; }

    public DateTimeOffset? DoneAt { get; init; }

    /// <summary>
    /// Why it is not done: "unreadable", "unknown", "refused" (it would change a message that is not its author's) or "failed". Never the content.
    /// </summary>
    public string? Problem { get; init; }
}

/// <summary>The inbound queue: ids of journal rows not yet processed. Insert-only for webhooks, so that they never wait for a worker.</summary>
public sealed class JournalPending
{
    public long JournalId { get; init; }

    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    /// <summary>Set back into the future when a row of its batch failed for a reason that may pass.</summary>
    public DateTimeOffset DueAt { get; init; }

    public short Attempts { get; init; }
}

/// <summary>What there is to do for an instance.</summary>
public enum WorkKind
{
    /// <summary>Process its journal. The worker holds the row's lock for one transaction: lease and fence in one.</summary>
    Inbound,

    /// <summary>Send its next message.</summary>
    Outbound,

    /// <summary>Look for messages in doubt.</summary>
    Settle,

    /// <summary>Fetch media that came by reference.</summary>
    Media,

    /// <summary>Tell WhatsApp what was read.</summary>
    Receipts,

    /// <summary>Ask the gateway what it sees of the number: once a minute, and soon after events that contradict each other.</summary>
    Probe,

    /// <summary>Ask the gateway for messages that may have been missed.</summary>
    Gap,

    /// <summary>Give waiting conversations to agents. The choice is made for the whole tenant, whichever number's row wakes it.</summary>
    Assign,

    /// <summary>Bring back what was snoozed until now, and send what was scheduled for now. Quartz wakes it.</summary>
    Later,

    /// <summary>Judge how well the number is, and have its pool do what follows.</summary>
    Watch,
}

/// <summary>
/// The work list: one row per instance and kind, outside the tenants' wall because it holds ids only. All but <see cref="WorkKind.Inbound"/> are
/// claimed by a lease on the database's clock, fenced by the epoch: work under an older epoch completes nothing.
/// </summary>
public sealed class WorkItem
{
    public WorkKind Kind { get; init; }

    public InstanceId InstanceId { get; init; }

    public TenantId TenantId { get; init; }

    /// <summary>Null: nothing to do.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public DateTimeOffset? LeaseUntil { get; init; }

    public long Epoch { get; init; }
}

/// <summary>A receipt that came before its message.</summary>
public sealed class WaitingReceipt : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    public string ProviderId { get; init; } = "";

    public DeliveryState Delivery { get; init; }

    public DateTimeOffset At { get; init; }
}

/// <summary>An edit or deletion that came before its message.</summary>
public sealed class WaitingChange : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    public string ProviderId { get; init; } = "";

    /// <summary>"edit" or "delete".</summary>
    public string Change { get; init; } = "";

    /// <summary>The new body of an edit.</summary>
    public string? Body { get; init; }

    /// <summary>Whose change it is, to be held against the message when that comes.</summary>
    public string? Source { get; init; }

    public DateTimeOffset At { get; init; }
}

/// <summary>
/// The gateway's echo of a send, held while an attempt of ours is in flight or in doubt on the instance: it comes before the answer to the send and
/// carries no id of ours, so it cannot be told at once from a message that another program sent.
/// </summary>
public sealed class HeldEcho : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    public string ProviderId { get; init; } = "";

    /// <summary>The journal row it came in; replayed as a foreign message when it turns out to be nobody's.</summary>
    public long JournalId { get; init; }

    public DateTimeOffset HeldAt { get; init; }
}

/// <summary>A customer's message an agent has had on the screen, of which WhatsApp is still to be told.</summary>
public sealed class ReadReceiptDue : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    public MessageId MessageId { get; init; }

    public ConversationId ConversationId { get; init; }

    public DateTimeOffset DueAt { get; init; }

    public short Attempts { get; init; }
}
