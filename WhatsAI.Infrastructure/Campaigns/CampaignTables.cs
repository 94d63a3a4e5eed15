using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns;

/// <summary>A line of a campaign's history.</summary>
public sealed class CampaignChangeRow : ITenantOwned
{
    /// <summary>In the order of the changes.</summary>
    public Guid Id { get; init; }

    public TenantId TenantId { get; init; }

    public CampaignId CampaignId { get; init; }

    public CampaignState From { get; init; }

    public CampaignState To { get; init; }

    public CampaignCause Cause { get; init; }

    public UserId? ById { get; init; }

    /// <summary>The person's name then; null for the program.</summary>
    public string? ByName { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary><see cref="CampaignChange.Detail"/>.</summary>
    public string? Detail { get; init; }
}

/// <summary>How far the machine is with a launched campaign. Its row is locked by whoever works on the campaign.</summary>
public sealed class CampaignRunRow : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public CampaignId CampaignId { get; init; }

    /// <summary>The last contact that was looked at while the audience is frozen; null: none yet.</summary>
    public ContactId? Cursor { get; init; }

    /// <summary>The whole audience is frozen. Before that nothing goes out.</summary>
    public DateTimeOffset? PreparedAt { get; init; }

    public int Recipients { get; init; }

    public int Excluded { get; init; }

    /// <summary>Recipients that were handed to the queue, those who were left out on the way included.</summary>
    public int Released { get; init; }

    /// <summary>The first part came back well, or a person let the rest go.</summary>
    public bool CanaryPassed { get; init; }

    /// <summary>When its last message went out; null: none has.</summary>
    public DateTimeOffset? LastSentAt { get; init; }

    /// <summary>Waiting in the pool's queue after the last turn.</summary>
    public int LastWaiting { get; init; }

    /// <summary><see cref="Core.Campaigns.Guards.BrakeState.Factor"/>.</summary>
    public double Brake { get; init; } = 1;

    /// <summary>Since when that factor holds.</summary>
    public DateTimeOffset? BrakeSince { get; init; }

    /// <summary>Handed over since then.</summary>
    public int BrakeReleased { get; init; }

    /// <summary>When the agents' load was looked at last.</summary>
    public DateTimeOffset? BrakeLookedAt { get; init; }

    /// <summary>The <see cref="Core.Campaigns.Guards.CampaignTally"/> as it was when a person let it go on, as JSON: what was known to him stops it no second time.</summary>
    public string? Accepted { get; init; }

    /// <summary>When that was; null: never.</summary>
    public DateTimeOffset? AcceptedAt { get; init; }
}

/// <summary>Campaigns the machine has something to do for; outside the wall: ids and times only.</summary>
public sealed class CampaignWorkItem
{
    public CampaignId CampaignId { get; init; }

    public TenantId TenantId { get; init; }

    /// <summary>Null: only news wakes it.</summary>
    public DateTimeOffset? DueAt { get; init; }
}

/// <summary>One person of a campaign's audience, fixed at launch, and what became of his message.</summary>
public sealed class CampaignRecipientRow : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public CampaignId CampaignId { get; init; }

    public ContactId ContactId { get; init; }

    /// <summary>Drawn by lot: the order in which recipients are handed over, so that the first part is a sample of the whole.</summary>
    public int Place { get; init; }

    /// <summary>E.164, as it was at launch.</summary>
    public string Phone { get; init; } = "";

    /// <summary>Of the audience's sources the first that he is of, from 0.</summary>
    public short Source { get; init; }

    /// <summary>The variant's letter; null: drawn when he is handed over.</summary>
    public string? Variant { get; init; }

    /// <summary>The <see cref="Core.Campaigns.Templates.FrozenValues"/> as JSON.</summary>
    public string Values { get; init; } = "{}";

    public RecipientState State { get; init; }

    /// <summary>A resource key, of failed and skipped ones.</summary>
    public string? Reason { get; init; }

    /// <summary>Not handed over before.</summary>
    public DateTimeOffset NotBefore { get; init; }

    public InstanceId? InstanceId { get; init; }

    /// <summary>His message in the ledger; null while there is none.</summary>
    public MessageId? MessageId { get; init; }

    public DateTimeOffset? QueuedAt { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }

    public DateTimeOffset? ReadAt { get; init; }

    public DateTimeOffset? RepliedAt { get; init; }

    public DateTimeOffset? OptedOutAt { get; init; }

    public DateTimeOffset? BlockedAt { get; init; }
}

/// <summary>Somebody of the audience who gets nothing.</summary>
public sealed class CampaignExclusionRow : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public CampaignId CampaignId { get; init; }

    public ContactId ContactId { get; init; }

    public Exclusion Reason { get; init; }

    /// <summary>As it was; null for none.</summary>
    public string? Phone { get; init; }
}

/// <summary>
/// Something that happened to a recipient, written in the transaction in which it did, by the database itself where a message of the ledger moves. Outside the wall:
/// ids and times only.
/// </summary>
public sealed class CampaignNewsRow
{
    public long Id { get; init; }

    public TenantId TenantId { get; init; }

    public CampaignId CampaignId { get; init; }

    public ContactId ContactId { get; init; }

    public string Kind { get; init; } = "";

    public DateTimeOffset At { get; init; }

    public InstanceId? InstanceId { get; init; }

    public MessageId? MessageId { get; init; }

    public string? Reason { get; init; }
}

/// <summary>How many recipients of one variant, number and source are in one state: counted with every piece of news, so that nobody counts recipients.</summary>
public sealed class CampaignCountRow : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public CampaignId CampaignId { get; init; }

    /// <summary>A <see cref="RecipientState"/>, or what is counted beside it: "OptedOut", "Blocked".</summary>
    public string Kind { get; init; } = "";

    /// <summary>Empty while it is not drawn.</summary>
    public string Variant { get; init; } = "";

    /// <summary>All zeros for none.</summary>
    public InstanceId InstanceId { get; init; }

    public short Source { get; init; }

    /// <summary>Empty for none.</summary>
    public string Reason { get; init; } = "";

    public int People { get; init; }
}

/// <summary>What happened in an hour (UTC).</summary>
public sealed class CampaignHourRow : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public CampaignId CampaignId { get; init; }

    public DateTimeOffset Hour { get; init; }

    public int Sent { get; init; }

    public int Delivered { get; init; }

    public int Read { get; init; }

    public int Replied { get; init; }

    public int Failed { get; init; }

    public int OptedOut { get; init; }
}
