using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>How much waits at a pool, of one campaign and priority: counted with every message, so that nobody has to count the messages.</summary>
public sealed class PoolQueueRow : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public PoolId PoolId { get; init; }

    public CampaignId CampaignId { get; init; }

    public short Priority { get; init; }

    public int Waiting { get; init; }
}
