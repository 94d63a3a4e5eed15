using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Status;

/// <summary>The one key by which programs of a company ask for its state. What it is was shown once and is not kept.</summary>
public sealed class StatusKey
{
    public TenantId TenantId { get; init; }

    /// <summary>The key's first part, which finds the row and opens nothing.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>SHA-256 of the whole key: it is random, so nothing slower is needed.</summary>
    public byte[] KeyHash { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The name as it was: people are renamed and removed.</summary>
    public string CreatedByName { get; init; } = "";
}
