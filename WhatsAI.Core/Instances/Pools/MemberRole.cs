namespace WhatsAI.Core.Instances.Pools;

/// <summary>What a number does in its pool.</summary>
public enum MemberRole
{
    /// <summary>Sends campaigns.</summary>
    Active,

    /// <summary>Warm and at rest: takes over when an active one fails.</summary>
    Backup,

    /// <summary>New: sends little, by the warm-up's ramp, until it is warm.</summary>
    Warming,

    /// <summary>Taken out because of what was seen of it. Answers still go through it where it can send.</summary>
    Quarantined,

    /// <summary>Out of service for good, kept for its history.</summary>
    Retired,
}

/// <summary>Why a role changes. A resource key below "role." (<see cref="ReasonKey"/>).</summary>
public enum RoleCause
{
    /// <summary>A person wanted it; the only cause that needs one.</summary>
    ByPerson,

    /// <summary>An active number failed and this one takes its place.</summary>
    Failover,

    /// <summary>It failed itself.</summary>
    Failed,

    /// <summary>It went up and down without end.</summary>
    Flapping,

    /// <summary>What it was quarantined for is over.</summary>
    Recovered,

    /// <summary>The preventive change: one rests, one takes over.</summary>
    Rotation,

    /// <summary>The ramp is over.</summary>
    WarmedUp,
}

/// <summary>
/// Which role may follow which, and through whom. From quarantine nothing goes straight back to sending, and the machine never retires a number nor makes one
/// active that is still warming.
/// </summary>
public static class RoleRules
{
    public static bool May(MemberRole from, MemberRole to, RoleCause cause) =>
        (from, to, cause) switch
        {
            (_, MemberRole.Retired, RoleCause.ByPerson) => from != MemberRole.Retired,
            (MemberRole.Retired, MemberRole.Warming, RoleCause.ByPerson) => true,
            (MemberRole.Retired, _, _) => false,
            (MemberRole.Quarantined, MemberRole.Backup or MemberRole.Warming, RoleCause.ByPerson or RoleCause.Recovered) => true,
            (MemberRole.Quarantined, _, _) => false,
            (_, MemberRole.Quarantined, RoleCause.ByPerson or RoleCause.Failed or RoleCause.Flapping) => true,
            (MemberRole.Active, MemberRole.Backup, RoleCause.ByPerson or RoleCause.Rotation) => true,
            (MemberRole.Backup, MemberRole.Active, RoleCause.ByPerson or RoleCause.Failover or RoleCause.Rotation) => true,
            (MemberRole.Backup, MemberRole.Warming, RoleCause.ByPerson) => true,
            (MemberRole.Warming, MemberRole.Backup, RoleCause.ByPerson or RoleCause.WarmedUp) => true,
            (MemberRole.Warming, MemberRole.Active, RoleCause.ByPerson) => true,
            _ => false,
        };

    /// <summary>What a person may choose from here, in the order of the enum: the member's menu.</summary>
    public static IReadOnlyList<MemberRole> Choices(MemberRole from) =>
        [.. Enum.GetValues<MemberRole>().Where(to => May(from, to, RoleCause.ByPerson))];

    /// <summary>Whether campaign messages may go through it: a warming one sends too, by its ramp.</summary>
    public static bool Sends(this MemberRole role) => role is MemberRole.Active or MemberRole.Warming;
}
