using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>Where a message of the ledger came from: its way back to the pool, and whose campaign an opt-out or a block counts for.</summary>
public sealed class CampaignSendRow : ITenantOwned
{
    public MessageId MessageId { get; init; }

    public TenantId TenantId { get; init; }

    public CampaignId CampaignId { get; init; }

    /// <summary>It may be gone.</summary>
    public PoolId PoolId { get; init; }

    public InstanceId InstanceId { get; init; }

    public ContactId ContactId { get; init; }

    public short Priority { get; init; }

    /// <summary>What it was counted as.</summary>
    public Reach Reach { get; init; }

    /// <summary>When it was counted, by the clock that paces.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Its id, age and place in the pool's queue.</summary>
    public Guid QueueId { get; init; }

    public DateTimeOffset QueuedAt { get; init; }

    public DateTimeOffset NotBefore { get; init; }

    /// <summary>The person opted out after it: counted once.</summary>
    public DateTimeOffset? OptedOutAt { get; init; }

    public DateTimeOffset? BlockedAt { get; init; }
}
