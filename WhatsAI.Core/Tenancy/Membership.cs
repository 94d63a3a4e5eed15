using WhatsAI.Core.Common;

namespace WhatsAI.Core.Tenancy;

/// <summary>A user's place in a tenant.</summary>
public sealed class Membership
{
    private Membership() { }

    public Membership(TenantId tenantId, UserId userId, Role role, DateTimeOffset now, bool seesAllNumbers = true) =>
        (TenantId, UserId, Role, CreatedAt, SeesAllNumbers) = (tenantId, userId, role, now, seesAllNumbers || role.SeesEveryNumber());

    public TenantId TenantId { get; private set; }

    public UserId UserId { get; private set; }

    public Role Role { get; private set; }

    /// <summary>
    /// Whether the member sees every number, also those made later. When not, the chosen ones are rows of their own. Owners and administrators always do.
    /// </summary>
    public bool SeesAllNumbers { get; private set; } = true;

    /// <summary>Set while the member may not enter; the row stays so that what was done keeps its author.</summary>
    public DateTimeOffset? DisabledAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>When the member last had the company open; kept by atomic SQL, to the minute.</summary>
    public DateTimeOffset? LastSeenAt { get; private set; }

    /// <exception cref="RuleException"><paramref name="by"/> may not touch this member, or not give this role; or it is the last owner.</exception>
    public void ChangeRole(Membership by, Role role, int owners)
    {
        DemandOver(by, mayBeHimself: true);
        if (role < by.Role)
        {
            throw new RuleException("member.role-above-yours");
        }

        DemandOwnerStays(owners, role);
        Role = role;
        SeesAllNumbers |= role.SeesEveryNumber();
    }

    /// <exception cref="RuleException"><paramref name="by"/> may not touch this member, or the role sees every number anyway.</exception>
    public void ChooseNumbers(Membership by, bool all)
    {
        DemandOver(by, mayBeHimself: false);
        if (!all && Role.SeesEveryNumber())
        {
            throw new RuleException("member.sees-every-number");
        }

        SeesAllNumbers = all;
    }

    /// <exception cref="RuleException"><paramref name="by"/> may not touch this member, or it is the last owner.</exception>
    public void Disable(Membership by, int owners, DateTimeOffset now)
    {
        DemandOver(by, mayBeHimself: false);
        DemandOwnerStays(owners, role: null);
        DisabledAt ??= now;
    }

    /// <exception cref="RuleException"><paramref name="by"/> may not touch this member.</exception>
    public void Enable(Membership by)
    {
        DemandOver(by, mayBeHimself: false);
        DisabledAt = null;
    }

    /// <exception cref="RuleException"><paramref name="by"/> may not touch this member, or it is the last owner.</exception>
    public void DemandRemovable(Membership by, int owners)
    {
        DemandOver(by, mayBeHimself: false);
        DemandOwnerStays(owners, role: null);
    }

    /// <exception cref="RuleException"><paramref name="by"/> may not manage members, or not this one, who is above him.</exception>
    public void DemandOver(Membership by, bool mayBeHimself)
    {
        if (by.TenantId != TenantId || by.DisabledAt is not null || !by.Role.Allows(Permission.MembersManage))
        {
            throw new RuleException("permission.missing");
        }

        if (!mayBeHimself && by.UserId == UserId)
        {
            throw new RuleException("member.not-yourself");
        }

        if (Role < by.Role)
        {
            throw new RuleException("member.above-you");
        }
    }

    private void DemandOwnerStays(int owners, Role? role)
    {
        if (Role == Role.Owner && role != Role.Owner && DisabledAt is null && owners <= 1)
        {
            throw new RuleException("member.last-owner");
        }
    }
}
