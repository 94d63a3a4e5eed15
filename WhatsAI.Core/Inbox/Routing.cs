using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox;

/// <summary>Where a number's conversations go when they open: to a team, whose mode then counts, or to who sees the number. No row: by hand.</summary>
public sealed class Routing : ITenantOwned
{
    private Routing() { }

    public Routing(TenantId tenantId, InstanceId instanceId) => (TenantId, InstanceId) = (tenantId, instanceId);

    public TenantId TenantId { get; private set; }

    public InstanceId InstanceId { get; private set; }

    public TeamId? TeamId { get; private set; }

    /// <summary>Counts where there is no team.</summary>
    public AssignmentMode Mode { get; private set; }

    public void To(TeamId? team, AssignmentMode mode) => (TeamId, Mode) = (team, mode);
}
