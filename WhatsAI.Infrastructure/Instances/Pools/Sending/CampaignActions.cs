using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>A person's decision on a campaign that is held, or should be.</summary>
public sealed class CampaignActions(CampaignLane lane, CurrentMember member)
{
    /// <summary>Nothing of it leaves any more; a second click changes nothing.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task HoldAsync(CampaignId campaign, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage);
        await lane.HoldAsync(member.TenantId, campaign, ["held.by-person"], member.UserId, member.DisplayName, ct);
    }

    /// <summary>It goes on, with what its signals say known to whoever clicked; a second click changes nothing.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task ReleaseAsync(CampaignId campaign, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage);
        await lane.ReleaseAsync(member.TenantId, campaign, member.UserId, member.DisplayName, ct);
    }
}
