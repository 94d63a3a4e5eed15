using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns.Live;

/// <summary>What the page of a launched campaign shows. Read once for everybody in this process who looks at it; each gets what he may see.</summary>
public sealed class CampaignLiveQueries(CampaignLiveRows rows, NpgsqlDataSource database, CurrentMember member)
{
    /// <summary>Null: there is no such campaign, or it was not launched.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<CampaignLive?> FindAsync(CampaignId id, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsRead);
        return (await rows.OfAsync((member.TenantId, id), ct))?.For(member.Sees);
    }

    /// <summary>Whether it is a draft, which has a page of its own.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<bool> IsDraftAsync(CampaignId id, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsRead);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await using var command = transaction.Connection.Sql(
            "SELECT state = 'Draft' FROM campaigns WHERE tenant_id = $1 AND id = $2",
            member.TenantId.Value,
            id.Value
        );
        return await command.ExecuteScalarAsync(ct) is true;
    }
}
