using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns;

/// <summary>Reads campaigns as the wizard writes them.</summary>
public sealed class CampaignDraftQueries(IDbContextFactory<ConsoleDb> dbs, CurrentMember member)
{
    /// <summary>In whatever state it is; null: there is none.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<CampaignDraftView?> FindAsync(CampaignId id, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsRead);
        await using var db = await dbs.CreateDbContextAsync(ct);
        if (await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, ct) is not { } found)
        {
            return null;
        }

        var (author, approver) = (found.AuthorId.Value, found.Approval?.By.Value ?? Guid.Empty);
        var names = await db.Users.Where(u => u.Id == author || u.Id == approver).ToDictionaryAsync(u => u.Id, u => u.DisplayName, ct);
        var template = found.TemplateId is { } written
            ? await db.MessageTemplates.AsNoTracking().SingleOrDefaultAsync(t => t.Id == written, ct)
            : null;
        return new CampaignDraftView(
            found.Id,
            found.Name,
            found.State,
            found.AuthorId,
            names.GetValueOrDefault(author, ""),
            found.TemplateId,
            found.Values,
            template is null ? [] : TemplateCatalog.Lacking(template.Variants.Used.Select(v => v.Text), found.Values),
            found.Audience,
            found.PoolId,
            found.Schedule,
            found.Hours,
            found.Canary,
            found.ReplyDays,
            found.Approval,
            names.GetValueOrDefault(approver),
            found.Version
        );
    }
}
