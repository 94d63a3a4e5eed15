using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Import;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Imports;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns;

/// <summary>Through what a campaign goes out, and how.</summary>
/// <param name="Hours">Within the pool's; empty: whenever the pool may.</param>
public sealed record SendingForm(PoolId Pool, CanaryPolicy Canary, int ReplyDays, IReadOnlyList<OpenSpan> Hours);

/// <summary>
/// Writes campaigns as long as they are drafts. Each step of the wizard is one of these; two people who write one draft see each other's steps, and the same step
/// written twice is a conflict.
/// </summary>
public sealed class CampaignDraftActions(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, EventHub hub, TimeProvider time)
{
    /// <exception cref="RuleException">The member may not, or the name is none.</exception>
    public async Task<CampaignId> CreateAsync(string name, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsWrite);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var now = time.GetUtcNow();
        var campaign = new Campaign(Id.New<CampaignId>(now), member.TenantId, name, member.UserId, now);
        db.Campaigns.Add(campaign);
        await db.SaveChangesAsync(ct);
        hub.Publish(new CampaignChanged(member.TenantId, campaign.Id));
        return campaign.Id;
    }

    /// <summary>A new draft that says the same to the same through the same; when it begins is said anew.</summary>
    /// <exception cref="RuleException">The member may not, the name is none, or there is no such campaign.</exception>
    public async Task<CampaignId> CopyAsync(CampaignId id, string name, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsWrite);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var from = await FindAsync(db, id, ct);
        var now = time.GetUtcNow();
        var copy = new Campaign(Id.New<CampaignId>(now), member.TenantId, name, member.UserId, now);
        if (from.TemplateId is { } template)
        {
            copy.Write(template, from.Values);
        }

        if (from.Audience is { } audience)
        {
            copy.Address(audience);
        }

        if (from.PoolId is { } pool)
        {
            copy.SendThrough(pool, from.Canary, from.ReplyDays, from.Hours);
        }

        db.Campaigns.Add(copy);
        await db.SaveChangesAsync(ct);
        hub.Publish(new CampaignChanged(member.TenantId, copy.Id));
        return copy.Id;
    }

    /// <inheritdoc cref="ChangeAsync"/>
    public Task<uint> RenameAsync(CampaignId id, string name, uint version, CancellationToken ct = default) =>
        ChangeAsync(id, version, (campaign, _) => Done(() => campaign.Rename(name)), ct);

    /// <summary>What it says.</summary>
    /// <inheritdoc cref="ChangeAsync"/>
    public Task<uint> WriteAsync(
        CampaignId id,
        TemplateId template,
        IReadOnlyDictionary<string, string> values,
        uint version,
        CancellationToken ct = default
    ) =>
        ChangeAsync(
            id,
            version,
            async (campaign, db) =>
            {
                if (!await db.MessageTemplates.AnyAsync(t => t.Id == template && t.ArchivedAt == null, ct))
                {
                    throw new RuleException("template.gone");
                }

                campaign.Write(template, values);
            },
            ct
        );

    /// <summary>To whom.</summary>
    /// <inheritdoc cref="ChangeAsync"/>
    public Task<uint> AddressAsync(CampaignId id, Audience audience, uint version, CancellationToken ct = default) =>
        ChangeAsync(
            id,
            version,
            async (campaign, db) =>
            {
                campaign.Address(audience);
                foreach (var source in audience.From.Concat(audience.Without))
                {
                    if (!await IsThereAsync(db, source, ct))
                    {
                        throw new RuleException("campaign.source-gone");
                    }
                }
            },
            ct
        );

    /// <summary>To nobody yet.</summary>
    /// <inheritdoc cref="ChangeAsync"/>
    public Task<uint> AddressNobodyAsync(CampaignId id, uint version, CancellationToken ct = default) =>
        ChangeAsync(id, version, (campaign, _) => Done(campaign.AddressNobody), ct);

    /// <summary>Through what.</summary>
    /// <inheritdoc cref="ChangeAsync"/>
    public Task<uint> SendThroughAsync(CampaignId id, SendingForm form, uint version, CancellationToken ct = default) =>
        ChangeAsync(
            id,
            version,
            async (campaign, db) =>
            {
                var pool =
                    await db.Pools.AsNoTracking().SingleOrDefaultAsync(p => p.Id == form.Pool, ct) ?? throw new RuleException("pool.gone");
                campaign.SendThrough(form.Pool, form.Canary, form.ReplyDays, form.Hours);
                if (campaign.Hours.Count > 0)
                {
                    NarrowedWindow.Of(pool.Pace.Window, campaign.Hours);
                }
            },
            ct
        );

    /// <summary>When; null: at launch.</summary>
    /// <inheritdoc cref="ChangeAsync"/>
    public Task<uint> StartAtAsync(CampaignId id, CampaignSchedule? schedule, uint version, CancellationToken ct = default) =>
        ChangeAsync(id, version, (campaign, _) => Done(() => campaign.StartAt(schedule?.Checked(time.GetUtcNow()))), ct);

    /// <summary>Only a draft goes; what was sent is kept.</summary>
    /// <exception cref="RuleException">The member may not, it is gone, or it is no draft.</exception>
    public async Task DeleteAsync(CampaignId id, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsWrite);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var campaign = await FindAsync(db, id, ct);
        if (campaign.State != CampaignState.Draft)
        {
            throw new RuleException("campaign.not-draft");
        }

        db.Campaigns.Remove(campaign);
        await SaveAsync(db, ct);
        hub.Publish(new CampaignChanged(member.TenantId, id));
    }

    /// <returns>The version it has now.</returns>
    /// <exception cref="RuleException">
    /// The member may not, it is gone or no draft any more, somebody else wrote it meanwhile, or what is said is out of bounds or names what is not there.
    /// </exception>
    private async Task<uint> ChangeAsync(CampaignId id, uint version, Func<Campaign, ConsoleDb, Task> change, CancellationToken ct)
    {
        member.Demand(Permission.CampaignsWrite);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var campaign = await FindAsync(db, id, ct);
        if (campaign.Version != version)
        {
            throw new RuleException("campaign.changed-meanwhile");
        }

        await change(campaign, db);
        await SaveAsync(db, ct);
        hub.Publish(new CampaignChanged(member.TenantId, id));
        return campaign.Version;
    }

    private static async Task<bool> IsThereAsync(ConsoleDb db, AudienceSource source, CancellationToken ct) =>
        source switch
        {
            AudienceSource.OfSegment { Segment: var segment } => await db.Segments.AnyAsync(s => s.Id == segment, ct),
            AudienceSource.OfTag { Tag: var tag } => await db.Tags.AnyAsync(t => t.Id == tag, ct),
            AudienceSource.OfImport { Import: var import } => await db.ContactImports.AnyAsync(
                i => i.Id == new ImportId(import) && i.State == ImportState.Done,
                ct
            ),
            _ => false,
        };

    private static Task Done(Action change)
    {
        change();
        return Task.CompletedTask;
    }

    private static async Task<Campaign> FindAsync(ConsoleDb db, CampaignId id, CancellationToken ct) =>
        await db.Campaigns.SingleOrDefaultAsync(c => c.Id == id, ct) ?? throw new RuleException("campaign.gone");

    private static async Task SaveAsync(ConsoleDb db, CancellationToken ct)
    {
        await db.SaveAsync(changed: () => new RuleException("campaign.changed-meanwhile"), ct: ct);
    }
}
