using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>
/// Who acts in this scope and what he may do, entered together with <see cref="CurrentTenant"/> at the circuit's and the HTTP request's door.
/// Actions that a person starts ask it; work that the program does by itself has no member.
/// </summary>
public sealed class CurrentMember(CurrentTenant tenant)
{
    private (UserId User, Role Role, string Name)? _member;

    public bool IsSet => _member is not null;

    public TenantId TenantId => tenant.Id;

    /// <exception cref="InvalidOperationException">No member was entered in this scope.</exception>
    public UserId UserId => Now.User;

    public Role Role => Now.Role;

    public string DisplayName => Now.Name;

    private (UserId User, Role Role, string Name) Now =>
        _member ?? throw new InvalidOperationException("No member was entered in this scope.");

    public bool Allows(Permission permission) => _member is { } member && member.Role.Allows(permission);

    /// <exception cref="RuleException">The member's role does not hold the permission, or nobody was entered.</exception>
    public void Demand(Permission permission)
    {
        if (!Allows(permission))
        {
            throw new RuleException("permission.missing");
        }
    }

    /// <exception cref="InvalidOperationException">Another tenant was entered before in this scope.</exception>
    public void Enter(TenantId tenantId, UserId user, Role role, string displayName)
    {
        tenant.Enter(tenantId);
        _member = (user, role, displayName);
    }
}
