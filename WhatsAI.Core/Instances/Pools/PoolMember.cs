using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Instances.Pools;

/// <summary>One number's place in a pool. A number is in one pool at most.</summary>
public sealed class PoolMember : ITenantOwned
{
    private PoolMember() { }

    /// <param name="role">What it begins as: anything but quarantined or retired.</param>
    /// <exception cref="RuleException">It cannot begin as that.</exception>
    public PoolMember(Pool pool, InstanceId instance, MemberRole role, DateTimeOffset now)
    {
        if (role is MemberRole.Quarantined or MemberRole.Retired)
        {
            throw new RuleException("pool.role-forbidden");
        }

        (TenantId, PoolId, InstanceId, Role, RoleSince) = (pool.TenantId, pool.Id, instance, role, now);
    }

    public TenantId TenantId { get; private set; }

    public PoolId PoolId { get; private set; }

    public InstanceId InstanceId { get; private set; }

    public MemberRole Role { get; private set; }

    /// <summary>When <see cref="Role"/> began.</summary>
    public DateTimeOffset RoleSince { get; private set; }

    public RoleCause Cause { get; private set; }

    /// <summary>The cause in more detail, a resource key below "cause." ("closed.403"); null where the cause says all.</summary>
    public string? Detail { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); of two copies that change one role the second is a conflict.</summary>
    public uint Version { get; private set; }

    /// <summary>The only way to another role; what it gives back is the line for the history.</summary>
    /// <param name="to">The new role.</param>
    /// <param name="cause">Why.</param>
    /// <param name="by">Who, where a person did it; null for the system.</param>
    /// <param name="now">When.</param>
    /// <param name="detail">See <see cref="Detail"/>.</param>
    /// <exception cref="RuleException">This role does not follow that one, not for that cause.</exception>
    public RoleChange Become(MemberRole to, RoleCause cause, UserId? by, DateTimeOffset now, string? detail = null)
    {
        if (!RoleRules.May(Role, to, cause) || (cause == RoleCause.ByPerson) != (by is not null))
        {
            throw new RuleException("pool.role-forbidden");
        }

        var change = new RoleChange(InstanceId, Role, to, cause, by, now, detail);
        (Role, RoleSince, Cause, Detail) = (to, now, cause, detail);
        return change;
    }
}

/// <summary>One line of a member's history.</summary>
public sealed record RoleChange(
    InstanceId Instance,
    MemberRole From,
    MemberRole To,
    RoleCause Cause,
    UserId? By,
    DateTimeOffset At,
    string? Detail = null
);
