using WhatsAI.Core.Instances.Pools.Health;

namespace WhatsAI.Core.Instances.Pools;

/// <summary>What the rules of a pool look at of one member; read in one query.</summary>
/// <param name="Score">0 to 100; null while unknown.</param>
/// <param name="LeftToday">Campaign messages it may still send today.</param>
public sealed record MemberFacts(
    InstanceId Instance,
    GatewayServerId Server,
    MemberRole Role,
    DateTimeOffset RoleSince,
    Finding Finding,
    int? Score,
    int LeftToday
)
{
    /// <summary>Its last campaign message.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>Its ramp is over.</summary>
    public bool IsWarm { get; init; }

    /// <summary>Until when it must stay in quarantine at least; null for no such time.</summary>
    public DateTimeOffset? QuietUntil { get; init; }

    public RoleCause RoleCause { get; init; }
}

/// <summary>Which backup is the best.</summary>
public static class Backups
{
    /// <summary>The fit backup in the best health, then with most left today, then with the longest rest; null for none.</summary>
    /// <param name="down">Servers that have an incident: a backup there would fail the same way.</param>
    public static MemberFacts? Best(IEnumerable<MemberFacts> members, IReadOnlyCollection<GatewayServerId> down) =>
        members
            .Where(m => IsFit(m, down))
            .OrderByDescending(m => m.Finding.Verdict == Verdict.Healthy)
            .ThenByDescending(m => m.Score ?? 0)
            .ThenByDescending(m => m.LeftToday)
            .ThenBy(m => m.LastAt ?? DateTimeOffset.MinValue)
            .ThenBy(m => m.Instance.Value)
            .FirstOrDefault();

    /// <summary>Unknown is not bad, and degraded is better than nothing.</summary>
    public static bool IsFit(MemberFacts member, IReadOnlyCollection<GatewayServerId> down) =>
        member.Role == MemberRole.Backup
        && member.Finding.Verdict is Verdict.Healthy or Verdict.Unknown or Verdict.Degraded
        && !down.Contains(member.Server);
}
