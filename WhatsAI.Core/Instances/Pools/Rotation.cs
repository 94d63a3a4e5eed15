using WhatsAI.Core.Analytics;

namespace WhatsAI.Core.Instances.Pools;

/// <summary>A preventive change, on a day of the tenant's calendar.</summary>
/// <param name="Rests">The active number that becomes a backup.</param>
/// <param name="TakesOver">The backup that becomes active.</param>
public sealed record RotationPlan(InstanceId Rests, InstanceId TakesOver, DateOnly On);

/// <summary>What is to be done about rotation now.</summary>
public abstract record RotationStep
{
    private RotationStep() { }

    /// <summary>Nothing, and why (a resource key below "rotation."); what was announced and is no longer so is taken back.</summary>
    public sealed record None(string Key) : RotationStep;

    /// <summary>Store the plan and tell people; it is done on its day, never on the day it is announced.</summary>
    public sealed record Announce(RotationPlan Plan) : RotationStep;

    /// <summary>The announced plan stands and its day has not come.</summary>
    public sealed record Await(RotationPlan Plan) : RotationStep;

    public sealed record Perform(RotationPlan Plan) : RotationStep;
}

/// <summary>
/// The preventive change: an active number that served long enough rests, a warm backup takes over. One change of a pool at a time, announced the day before.
/// A console that was down on the day makes up for it when it is back: what was announced is still expected.
/// </summary>
public static class Rotation
{
    public const int DefaultDays = 14;

    /// <param name="members">Of the pool, with what is known of each.</param>
    /// <param name="troubled">A failover of the last day or an incident: no number is changed that need not be.</param>
    public static RotationStep Next(
        Pool pool,
        IReadOnlyCollection<MemberFacts> members,
        bool troubled,
        DateTimeOffset now,
        TimeZoneInfo zone
    )
    {
        if (pool.IsOfficial || pool.RotationDays == 0)
        {
            return new RotationStep.None(pool.IsOfficial ? "rotation.official" : "rotation.off");
        }

        var today = LocalDays.Of(now, zone);
        // What was told to people comes before who has served longest.
        var rests =
            members.FirstOrDefault(m => m.Instance == pool.Announced?.Rests && m.Role == MemberRole.Active)
            ?? members
                .Where(m => m.Role == MemberRole.Active && LocalDays.Of(m.RoleSince, zone).AddDays(pool.RotationDays) <= today.AddDays(1))
                .OrderBy(m => m.RoleSince)
                .ThenBy(m => m.Instance.Value)
                .FirstOrDefault();
        if (rests is null)
        {
            return new RotationStep.None("rotation.not-due");
        }

        if (troubled)
        {
            return new RotationStep.None("rotation.troubled");
        }

        if (Backups.Best(members, []) is not { } backup)
        {
            return new RotationStep.None("rotation.no-backup");
        }

        if (pool.Announced is not { } plan || plan.Rests != rests.Instance)
        {
            return new RotationStep.Announce(new RotationPlan(rests.Instance, backup.Instance, today.AddDays(1)));
        }

        // The backup that was named may have failed or been used since; that one rests stays true.
        var takes = members.Any(b => b.Instance == plan.TakesOver && Backups.IsFit(b, [])) ? plan.TakesOver : backup.Instance;
        var current = plan with { TakesOver = takes };
        return today >= plan.On ? new RotationStep.Perform(current) : new RotationStep.Await(current);
    }
}
