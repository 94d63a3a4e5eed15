using WhatsAI.Core.Instances.Pools.Health;

namespace WhatsAI.Core.Instances.Pools;

/// <summary>What the supervision of a pool finds to be done.</summary>
public abstract record SupervisionStep(InstanceId Instance)
{
    /// <summary>A change of role that moves nobody else.</summary>
    /// <param name="Detail">See <see cref="PoolMember.Detail"/>.</param>
    public sealed record Change(InstanceId Instance, MemberRole To, RoleCause Cause, string? Detail = null) : SupervisionStep(Instance);

    /// <summary>An active number failed: its plan is <see cref="Failover.FailoverPlan"/>.</summary>
    public sealed record FailOver(InstanceId Instance, Finding Finding) : SupervisionStep(Instance);
}

/// <summary>
/// Looks at every member of a pool and says what follows from its state. Asking again after the steps were taken gives none: two copies that look at the same
/// time do nothing twice, because the second finds the first one's roles.
/// </summary>
public static class PoolSupervision
{
    /// <param name="down">Servers with an incident: what fails there is the server's failure, and no number is blamed for it.</param>
    public static IReadOnlyList<SupervisionStep> Steps(
        IEnumerable<MemberFacts> members,
        IReadOnlyCollection<GatewayServerId> down,
        DateTimeOffset now
    ) => [.. members.Select(m => Step(m, down, now)).OfType<SupervisionStep>()];

    private static SupervisionStep? Step(MemberFacts member, IReadOnlyCollection<GatewayServerId> down, DateTimeOffset now)
    {
        var verdict = member.Finding.Verdict;
        var excused =
            !member.Finding.IsWhatsAppsWord && (down.Contains(member.Server) || now - member.Finding.Since < GatewayIncident.Settles);
        return member.Role switch
        {
            MemberRole.Retired => null,
            MemberRole.Quarantined => Returns(member, now) ? Back(member) : null,
            _ when excused => null,
            MemberRole.Active when verdict.MustMove() || verdict == Verdict.Flapping => new SupervisionStep.FailOver(
                member.Instance,
                member.Finding
            ),
            _ when verdict.MustMove() => new SupervisionStep.Change(
                member.Instance,
                MemberRole.Quarantined,
                RoleCause.Failed,
                member.Finding.Cause
            ),
            _ when verdict == Verdict.Flapping => new SupervisionStep.Change(
                member.Instance,
                MemberRole.Quarantined,
                RoleCause.Flapping,
                member.Finding.Cause
            ),
            MemberRole.Warming when member.IsWarm && verdict == Verdict.Healthy => new SupervisionStep.Change(
                member.Instance,
                MemberRole.Backup,
                RoleCause.WarmedUp
            ),
            _ => null,
        };
    }

    // A person put it there: a person takes it out.
    private static bool Returns(MemberFacts member, DateTimeOffset now) =>
        member.Finding.Verdict == Verdict.Healthy
        && !(member.QuietUntil > now)
        && member.RoleCause is RoleCause.Failed or RoleCause.Flapping
        && now - member.Finding.Since >= Quarantine.CalmFor;

    private static SupervisionStep.Change Back(MemberFacts member) =>
        new(member.Instance, member.IsWarm ? MemberRole.Backup : MemberRole.Warming, RoleCause.Recovered);
}
