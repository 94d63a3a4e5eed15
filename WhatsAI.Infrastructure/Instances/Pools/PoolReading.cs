using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Pace;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>A number as the rules look at it.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="Pace">As it was read; whoever sends locks the row and reads it again.</param>
/// <param name="JudgedAt">When its finding was last looked at; null: never.</param>
public sealed record MemberReading(MemberFacts Facts, string Name, PaceState Pace, DateTimeOffset? JudgedAt);

/// <summary>A pool with its members, read together.</summary>
/// <param name="Zone">The company's.</param>
public sealed record PoolReading(
    PoolId Pool,
    string Name,
    bool IsOfficial,
    PoolStrategy Strategy,
    PacePolicy Pace,
    FailoverPolicy Failover,
    RotationPlan? Announced,
    TimeZoneInfo Zone,
    IReadOnlyList<MemberReading> Members
)
{
    public IEnumerable<MemberFacts> Facts => Members.Select(m => m.Facts);
}

/// <summary>A company's numbers.</summary>
/// <param name="Pools">Those that have a member.</param>
/// <param name="Loose">Numbers of no pool, as active ones: they fail like others, and nobody takes over.</param>
public sealed record NumbersReading(IReadOnlyList<PoolReading> Pools, IReadOnlyList<MemberReading> Loose);
