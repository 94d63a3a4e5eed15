namespace WhatsAI.Core.Tenancy;

/// <summary>A user's place in a tenant.</summary>
public sealed class Membership
{
    private Membership() { }

    public Membership(TenantId tenantId, UserId userId, Role role, DateTimeOffset now) =>
        (TenantId, UserId, Role, CreatedAt) = (tenantId, userId, role, now);

    public TenantId TenantId { get; private set; }

    public UserId UserId { get; private set; }

    public Role Role { get; private set; }

    /// <summary>Set while the member may not enter; the row stays so that what was done keeps its author.</summary>
    public DateTimeOffset? DisabledAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }
}
