using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Instances.Pools.Planning;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>A pool as it stands on the wall and in the list.</summary>
/// <param name="LastChange">What happened in it last; null before anything did.</param>
/// <param name="Waiting">Campaign messages that wait at it.</param>
/// <param name="Version">What an edit must name.</param>
public sealed record PoolRow(
    PoolId Id,
    string Name,
    bool IsOfficial,
    PoolStrategy Strategy,
    bool IsSticky,
    PacePolicy Pace,
    int RotationDays,
    RotationPlan? Announced,
    FailoverPolicy Failover,
    PoolHappening? LastChange,
    int Waiting,
    uint Version
)
{
    public PoolPolicy Policy(TimeZoneInfo zone) => new(Pace, Strategy, IsSticky, zone);
}

/// <summary>A line of a pool's history.</summary>
/// <param name="From">Null: it joined.</param>
/// <param name="To">Null: it left.</param>
/// <param name="Detail">A resource key below "cause."; null where the cause says all.</param>
/// <param name="ByName">The person, where one did it.</param>
public sealed record PoolHappening(
    long Id,
    InstanceId Instance,
    string Name,
    MemberRole? From,
    MemberRole? To,
    RoleCause Cause,
    string? Detail,
    string? ByName,
    DateTimeOffset At
);

/// <summary>A number's place in its pool, as cards show it.</summary>
public sealed record PoolPlace(PoolId Pool, MemberRole Role, DateTimeOffset RoleSince, RoleCause Cause, string? Detail);

/// <summary>What the watch found of a number last.</summary>
/// <param name="Finding">Null before the first look.</param>
/// <param name="Score">0 to 100; null while unknown.</param>
/// <param name="Layers">The six with their habits; null before the first look.</param>
public sealed record NumberWatch(Finding? Finding, int? Score, IReadOnlyList<LayerHealth>? Layers)
{
    public static NumberWatch None { get; } = new(null, null, null);
}
