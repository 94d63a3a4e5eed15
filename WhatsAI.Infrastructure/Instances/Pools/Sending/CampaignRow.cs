using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>What a campaign did by itself, over all numbers, and whether it is held. One row, so that holding a million messages changes one.</summary>
public sealed class CampaignRow : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public CampaignId CampaignId { get; init; }

    public string Name { get; init; } = "";

    /// <summary>Hand-overs, those in doubt and those that failed included.</summary>
    public int Sent { get; init; }

    public int Failed { get; init; }

    /// <summary>Never handed over: opted out, blocked, no address.</summary>
    public int Skipped { get; init; }

    public int OptedOut { get; init; }

    public int Blocks { get; init; }

    /// <summary>Null while it is not held.</summary>
    public DateTimeOffset? HeldAt { get; init; }

    /// <summary>Resource keys below "held.", the gravest first; kept after the release.</summary>
    public IReadOnlyList<string> HeldWhy { get; init; } = [];

    /// <summary>Null: nobody, the system.</summary>
    public UserId? HeldBy { get; init; }

    /// <summary>The person's name then.</summary>
    public string? HeldByName { get; init; }

    public DateTimeOffset? ReleasedAt { get; init; }

    public UserId? ReleasedBy { get; init; }

    /// <summary>The person's name then.</summary>
    public string? ReleasedByName { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
