using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Instances;

/// <summary>One number that a member may see who does not see all of them.</summary>
public sealed class MemberNumber : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public UserId UserId { get; init; }

    public InstanceId InstanceId { get; init; }
}
