using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;

namespace WhatsAI.Core.Instances.Pools.Failover;

/// <summary>Everything a plan depends on.</summary>
/// <param name="Members">Of the pool, the failed one included.</param>
/// <param name="Finding">What was found of the failed one.</param>
/// <param name="Campaigns">Those with messages on the failed one.</param>
/// <param name="Down">Servers with an incident.</param>
/// <param name="IsDrill">A person plays it on a sandbox number.</param>
public sealed record FailoverCase(
    InstanceId Failed,
    Finding Finding,
    IReadOnlyList<MemberFacts> Members,
    IReadOnlyList<CampaignSignals> Campaigns,
    FailoverPolicy Policy,
    bool IsOfficial,
    IReadOnlyCollection<GatewayServerId> Down,
    bool IsDrill = false
);

/// <summary>What becomes of a campaign's messages on the failed number.</summary>
/// <param name="Why">Empty: they go back to the pool. Else held for a person's decision, with the causes (resource keys below "held.").</param>
public sealed record CampaignMove(Guid Campaign, int Queued, IReadOnlyList<string> Why)
{
    public bool IsHeld => Why.Count > 0;
}

/// <summary>A role that changes with the plan.</summary>
/// <param name="Detail">See <see cref="PoolMember.Detail"/>.</param>
public sealed record RoleStep(InstanceId Instance, MemberRole To, RoleCause Cause, string? Detail = null);

/// <summary>
/// What follows from a failed number, decided at once and stored as it is, so that a copy that was killed in the middle is finished by another: every part says
/// what shall be, not what to add.
/// </summary>
/// <param name="Serves">The number people in conversation are served through; null where none can.</param>
/// <param name="Promoted">The backup that becomes active; null for none.</param>
/// <param name="Roles">In the order they are taken: who takes over first, so that the pool is never without it.</param>
/// <param name="Slowed">Numbers at half their cap and twice their interval until <paramref name="SlowedUntil"/>; answers are not slowed.</param>
/// <param name="Key">What is said of it, a resource key below "failover.".</param>
public sealed record FailoverPlan(
    InstanceId Failed,
    Finding Finding,
    InstanceId? Serves,
    InstanceId? Promoted,
    IReadOnlyList<RoleStep> Roles,
    IReadOnlyList<CampaignMove> Campaigns,
    IReadOnlyList<InstanceId> Slowed,
    DateTimeOffset? SlowedUntil,
    string Key,
    bool IsDrill
)
{
    public static FailoverPlan For(FailoverCase what, DateTimeOffset now)
    {
        if (what.IsOfficial)
        {
            // Another number of the portfolio has the same limit and the same fate: nothing moves, a person decides.
            return new FailoverPlan(
                what.Failed,
                what.Finding,
                Serves: null,
                Promoted: null,
                Roles: [],
                [.. what.Campaigns.Select(c => new CampaignMove(c.Campaign, c.Queued, ["held.official"]))],
                Slowed: [],
                SlowedUntil: null,
                "failover.official",
                what.IsDrill
            );
        }

        var failed = what.Members.First(m => m.Instance == what.Failed);
        var others = what.Members.Where(m => m.Instance != what.Failed).ToArray();
        // Only an active number leaves a gap: what else fails is taken out, and nobody is called for it.
        var promoted = failed.Role == MemberRole.Active ? Backups.Best(others, what.Down) : null;
        var active = others.Where(m => m.Role == MemberRole.Active).ToArray();
        var serves = promoted ?? Healthiest(active, what.Down);
        InstanceId[] slowed = [.. active.Select(m => m.Instance), .. promoted is null ? [] : new[] { promoted.Instance }];
        // A number that only goes up and down says nothing about what was sent.
        var punished = what.Finding.Verdict.MustMove();
        return new FailoverPlan(
            what.Failed,
            what.Finding,
            serves?.Instance,
            promoted?.Instance,
            [.. RolesOf(failed, promoted, what.Finding)],
            [.. what.Campaigns.Select(c => Move(c, what.Policy, serves is null))],
            punished ? slowed : [],
            punished ? now + Pacing.PenaltyLasts : null,
            promoted is not null ? "failover.promoted"
                : serves is not null ? "failover.no-backup"
                : "failover.nobody",
            what.IsDrill
        );
    }

    private static IEnumerable<RoleStep> RolesOf(MemberFacts failed, MemberFacts? promoted, Finding finding)
    {
        if (promoted is not null)
        {
            yield return new RoleStep(promoted.Instance, MemberRole.Active, RoleCause.Failover);
        }

        if (failed.Role is not (MemberRole.Quarantined or MemberRole.Retired))
        {
            yield return new RoleStep(
                failed.Instance,
                MemberRole.Quarantined,
                finding.Verdict == Verdict.Flapping ? RoleCause.Flapping : RoleCause.Failed,
                finding.Cause
            );
        }
    }

    private static CampaignMove Move(CampaignSignals campaign, FailoverPolicy policy, bool nobody)
    {
        var why = campaign.Bad;
        return new CampaignMove(
            campaign.Campaign,
            campaign.Queued,
            why.Count > 0 ? why
                : policy.HoldEveryCampaign ? ["held.by-setting"]
                : nobody ? ["held.nobody"]
                : []
        );
    }

    private static MemberFacts? Healthiest(IEnumerable<MemberFacts> active, IReadOnlyCollection<GatewayServerId> down) =>
        active
            .Where(m => m.Finding.Verdict.MaySend() && !down.Contains(m.Server))
            .OrderByDescending(m => m.Finding.Verdict == Verdict.Healthy)
            .ThenByDescending(m => m.Score ?? 0)
            .ThenByDescending(m => m.LeftToday)
            .ThenBy(m => m.Instance.Value)
            .FirstOrDefault();
}
