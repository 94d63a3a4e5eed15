using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Planning;

namespace WhatsAI.Core.Instances.Pools.Alerts;

/// <summary>A failover of the last day.</summary>
/// <param name="Id">Its record's id.</param>
/// <param name="Key">The plan's sentence, a resource key below "failover.".</param>
/// <param name="Serves">Through which number people in conversation are served; null for none.</param>
public sealed record DoneFailover(Guid Id, InstanceId Failed, string Key, DateTimeOffset At, InstanceId? Serves = null);

/// <summary>A campaign that the system stopped and that waits for a person's decision.</summary>
/// <param name="Why">A resource key below "held.".</param>
/// <param name="Left">People who have not got it yet.</param>
public sealed record HeldCampaign(Guid Campaign, string Why, DateTimeOffset Since, int Left)
{
    /// <summary>What the system did, a resource key; null for what a failover does.</summary>
    public string? Done { get; init; }

    /// <summary>The number that is to blame; null for none.</summary>
    public InstanceId? Culprit { get; init; }
}

/// <summary>What the alerts of one pool follow from.</summary>
/// <param name="Members">With each number's finding.</param>
/// <param name="Capacities">Of each member that sends, today's.</param>
/// <param name="Overload">Null where there is enough for all.</param>
public sealed record PoolFacts(
    PoolId Pool,
    IReadOnlyList<MemberFacts> Members,
    IReadOnlyList<NumberCapacity> Capacities,
    OverloadPlan? Overload,
    RotationPlan? Announced,
    IReadOnlyList<DoneFailover> Failovers,
    IReadOnlyList<HeldCampaign> Held
);

/// <summary>Which alerts there should be. What an incident of a server explains is not told of each number again.</summary>
public static class AlertRules
{
    /// <summary>A share of a number's daily cap.</summary>
    public const double NearCap = 0.8;

    public static readonly TimeSpan FailoverShown = TimeSpan.FromHours(24);

    public static IEnumerable<WantedAlert> OfServers(IEnumerable<GatewayIncident> incidents) =>
        incidents.Select(i => new WantedAlert(
            new AlertKey(i.Unreachable ? AlertKind.GatewayDown : AlertKind.NumbersFellTogether, i.Server.Value),
            i.Since,
            Count: i.Fallen.Count,
            Of: i.Of
        ));

    public static IEnumerable<WantedAlert> OfPool(PoolFacts pool, IReadOnlyCollection<GatewayIncident> incidents, DateTimeOffset now)
    {
        var excused = incidents.SelectMany(i => i.Fallen).ToHashSet();
        var serving = pool.Members.Where(m => m.Role != MemberRole.Retired).ToArray();
        return
        [
            .. serving.Where(m => IsItsOwn(m, excused, now)).Select(m => OfNumber(m, pool.Failovers)).OfType<WantedAlert>(),
            .. serving.Any(m => m.Role == MemberRole.Active) && !serving.Any(m => Backups.IsFit(m, [])) && serving.Length > 1
                ? new[] { new WantedAlert(new AlertKey(AlertKind.NoBackup, pool.Pool.Value)) { Pool = pool.Pool } }
                : [],
            .. pool
                .Capacities.Where(c => c.Cap > 0 && c.Sent > c.Cap * NearCap)
                .Select(c => new WantedAlert(new AlertKey(AlertKind.CapNear, c.Instance.Value), Count: (int)(NearCap * 100), Of: c.Cap)
                {
                    Number = c.Instance,
                }),
            .. pool.Overload is { } overload
                ? new[]
                {
                    new WantedAlert(new AlertKey(AlertKind.CapacityShort, pool.Pool.Value), At: overload.AllSentAt, Count: overload.Late)
                    {
                        Pool = pool.Pool,
                    },
                }
                : [],
            .. pool.Announced is { } plan
                ? new[]
                {
                    new WantedAlert(new AlertKey(AlertKind.RotationPlanned, plan.Rests.Value), On: plan.On)
                    {
                        Number = plan.Rests,
                        Other = plan.TakesOver,
                    },
                }
                : [],
            .. pool
                .Failovers.Where(f => now - f.At < FailoverShown)
                .Select(f => new WantedAlert(new AlertKey(AlertKind.FailoverDone, f.Id), f.At, Done: f.Key)
                {
                    Number = f.Failed,
                    Other = f.Serves,
                    Pool = pool.Pool,
                }),
            .. pool.Held.Select(h => OfHeld(h) with { Pool = pool.Pool }),
        ];
    }

    /// <summary>A campaign is told of once, whoever stopped it and however often more comes to it.</summary>
    public static WantedAlert OfHeld(HeldCampaign held) =>
        new(new AlertKey(AlertKind.CampaignHeld, held.Campaign), held.Since, held.Why, held.Done, Count: held.Left)
        {
            Other = held.Culprit,
        };

    /// <summary>Numbers that are in no pool: what was found of each, and nothing that only a pool has.</summary>
    public static IEnumerable<WantedAlert> OfLoose(
        IEnumerable<MemberFacts> numbers,
        IReadOnlyCollection<GatewayIncident> incidents,
        DateTimeOffset now
    )
    {
        var excused = incidents.SelectMany(i => i.Fallen).ToHashSet();
        return numbers.Where(m => IsItsOwn(m, excused, now)).Select(m => OfNumber(m, [])).OfType<WantedAlert>();
    }

    // Not told before it shows whether the server's other numbers fall too: twenty that were told cannot be untold.
    private static bool IsItsOwn(MemberFacts member, HashSet<InstanceId> excused, DateTimeOffset now) =>
        member.Finding.IsWhatsAppsWord || (!excused.Contains(member.Instance) && now - member.Finding.Since >= GatewayIncident.Settles);

    private static WantedAlert? OfNumber(MemberFacts member, IReadOnlyList<DoneFailover> failovers) =>
        member.Finding.Verdict switch
        {
            Verdict.Banned => Wanted(AlertKind.Banned, member, failovers),
            Verdict.Restricted => Wanted(AlertKind.Restricted, member, failovers),
            Verdict.LoggedOut => Wanted(AlertKind.LoggedOut, member, failovers),
            Verdict.Dead => Wanted(AlertKind.Disconnected, member, failovers),
            Verdict.Flapping => Wanted(AlertKind.Flapping, member, failovers),
            _ => null,
        };

    private static WantedAlert Wanted(AlertKind kind, MemberFacts member, IReadOnlyList<DoneFailover> failovers)
    {
        var done = failovers.LastOrDefault(f => f.Failed == member.Instance && f.At >= member.Finding.Since);
        return new(new AlertKey(kind, member.Instance.Value), member.Finding.Since, member.Finding.Cause, done?.Key, member.Finding.Until)
        {
            Number = member.Instance,
            Other = done?.Serves,
        };
    }
}
