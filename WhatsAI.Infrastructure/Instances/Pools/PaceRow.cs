using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>
/// A number's <see cref="Core.Instances.Pools.Pace.PaceState"/>, changed under its lock only (<see cref="PaceSql"/>). No row: it never sent a campaign message
/// and nobody said anything about it.
/// </summary>
public sealed class PaceRow : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    public DateOnly InUseSince { get; init; }

    /// <summary>The tenant's day that the day's counts are of.</summary>
    public DateOnly Day { get; init; }

    public int SentToday { get; init; }

    public int StrangersToday { get; init; }

    /// <summary>The hour (UTC) that <see cref="SentThisHour"/> is of.</summary>
    public DateTimeOffset Hour { get; init; }

    public int SentThisHour { get; init; }

    public int InSeries { get; init; }

    public DateTimeOffset? LastAt { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset? PenaltyUntil { get; init; }

    /// <summary>A person's pause; "infinity" until he ends it.</summary>
    public DateTimeOffset? PausedUntil { get; init; }
}
