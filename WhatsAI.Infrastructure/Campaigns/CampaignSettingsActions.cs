using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Launch;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns;

/// <param name="Version">As it was read; 0: nothing was kept yet.</param>
public sealed record CampaignSettingsView(PersonCap Cap, ApprovalPolicy Approval, bool SkipsConversations, decimal? Price, uint Version);

/// <summary>Keeps what holds for all campaigns of the company.</summary>
public sealed class CampaignSettingsActions(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, EventHub hub)
{
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<CampaignSettingsView> ReadAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsRead);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var kept = await db.CampaignSettings.AsNoTracking().SingleOrDefaultAsync(ct) ?? new CampaignSettings(member.TenantId);
        return new CampaignSettingsView(kept.Cap, kept.Approval, kept.SkipsConversations, kept.Price, kept.Version);
    }

    /// <exception cref="RuleException">The member may not, something is out of bounds, or somebody else changed it meanwhile.</exception>
    public async Task ChangeAsync(CampaignSettingsView form, CancellationToken ct = default)
    {
        member.Demand(Permission.TenantManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var kept = await db.CampaignSettings.SingleOrDefaultAsync(ct);
        if ((kept?.Version ?? 0) != form.Version)
        {
            throw new RuleException("campaign.changed-meanwhile");
        }

        if (kept is null)
        {
            kept = new CampaignSettings(member.TenantId);
            db.CampaignSettings.Add(kept);
        }

        kept.Change(form.Cap, form.Approval, form.SkipsConversations, form.Price);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            throw new RuleException("campaign.changed-meanwhile");
        }

        hub.Publish(new TenantSettingsChanged(member.TenantId));
    }
}
