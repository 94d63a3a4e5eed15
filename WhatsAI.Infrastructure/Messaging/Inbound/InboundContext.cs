using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Duplicates;
using WhatsAI.Infrastructure.Contacts.Privacy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>A row of the journal and what it says.</summary>
/// <param name="Gap">The gap it was asked for to fill; null for what the gateway posted by itself.</param>
public sealed record JournalItem(long JournalId, DateTimeOffset ReceivedAt, IReadOnlyList<GatewayEvent> Events, GapId? Gap = null);

/// <summary>A message that is new: it was not in the database before this batch.</summary>
/// <param name="History">From the first sync, not news.</param>
/// <param name="Gap">The gap it was found in; null for what came by itself.</param>
public sealed record Arrival(
    MessageId Id,
    ConversationId Conversation,
    ContactId? Contact,
    ContactId? Sender,
    GatewayMessage Message,
    DateTimeOffset SentAt,
    DeliveryState? Delivery,
    bool History,
    GapId? Gap = null
)
{
    public MessageDirection Direction => Message.FromMe ? MessageDirection.Out : MessageDirection.In;
}

/// <summary>One batch of one instance's events, in one transaction that holds the instance's row of the work list.</summary>
public sealed class InboundContext
{
    public required NpgsqlConnection Connection { get; init; }

    public required TenantId Tenant { get; init; }

    public required InstanceId Instance { get; init; }

    /// <summary>The database's clock at the beginning of the transaction.</summary>
    public required DateTimeOffset Now { get; init; }

    public required TenantRules Settings { get; init; }

    /// <summary>The company's targets.</summary>
    public required IHeadClock Clock { get; init; }

    public required ContactMerges Merges { get; init; }

    public required ErasedPeople Erased { get; init; }

    /// <summary>In the order of the journal.</summary>
    public required IReadOnlyList<JournalItem> Items { get; init; }

    public IEnumerable<GatewayEvent> Events => Items.SelectMany(i => i.Events);

    /// <summary>What the batch brought that is new, in the order of arrival; filled before the steps run.</summary>
    public List<Arrival> Arrivals { get; } = [];

    /// <summary>Conversations that the batch opened: new ones, and those that were resolved; filled before the steps run.</summary>
    public List<ConversationId> Opened { get; } = [];

    /// <summary>Of the arrivals, those that move nothing: they answer a question of a program; filled before the steps run.</summary>
    public HashSet<MessageId> Quiet { get; } = [];

    /// <summary>Rows of the journal that ask for what their author may not; marked, and done with.</summary>
    public HashSet<long> Refused { get; } = [];

    /// <summary>Published after the commit.</summary>
    public HashSet<ConsoleEvent> Changes { get; } = [];

    /// <summary>Work of this instance that the batch makes due; marked before the commit, signalled after it.</summary>
    public HashSet<WorkKind> Due { get; } = [];

    /// <summary>What the batch says of the number's health, in the order it says it; written once, at its end.</summary>
    public List<Signal> Signals { get; } = [];

    /// <summary>The link's state is another one.</summary>
    public bool IsLinkChanged { get; set; }

    /// <summary>A person linked the number anew.</summary>
    public bool IsNewSession { get; set; }

    /// <summary>When work of this number that is put off to a time must be looked at; null: not because of this batch.</summary>
    public DateTimeOffset? WakeAt { get; private set; }

    public void WakesAt(IEnumerable<DateTimeOffset> times)
    {
        foreach (var at in times)
        {
            WakeAt = WakeAt < at ? WakeAt : at;
        }
    }
}

/// <summary>
/// What a feature adds to inbound events: runs in the batch's transaction, after messages, receipts and changes are stored. Listed in order in
/// <c>Registration</c>. An exception undoes the batch, which is then repeated event by event.
/// </summary>
public interface IInboundStep
{
    /// <summary>
    /// Which of the new messages move nothing but the preview: they open no conversation and wait for no answer. Asked with the heads locked and as they were.
    /// </summary>
    Task<IReadOnlySet<MessageId>> QuietAsync(
        InboundContext context,
        IReadOnlyDictionary<ConversationId, ConversationHead> heads,
        CancellationToken cancellation
    ) => Task.FromResult<IReadOnlySet<MessageId>>(System.Collections.Frozen.FrozenSet<MessageId>.Empty);

    Task ApplyAsync(InboundContext context, CancellationToken cancellation);
}
