using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns.Templates;

/// <summary>What a template is to be.</summary>
public sealed record TemplateForm(string Name, IReadOnlyList<VariantDraft> Variants, VariantMix Mix, ScheduledFile? File);

/// <summary>Keeps the company's templates.</summary>
public sealed class TemplateActions(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, EventHub hub, TimeProvider time)
{
    /// <summary>Archived ones among them: campaigns that are over name theirs.</summary>
    public const int Most = 5_000;

    /// <exception cref="RuleException">The member may not, the name is taken, something of it cannot be sent, or there are too many.</exception>
    public async Task<TemplateId> CreateAsync(TemplateForm form, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsWrite);
        await using var db = await dbs.CreateDbContextAsync(ct);
        await RoomAsync(db, ct);
        var now = time.GetUtcNow();
        var variants = VariantsOf(VariantSet.None, form);
        var template = new MessageTemplate(
            Id.New<TemplateId>(now),
            member.TenantId,
            form.Name,
            variants,
            form.File,
            await CatalogAsync(db, variants, ct),
            now
        );
        db.MessageTemplates.Add(template);
        await SaveAsync(db, ct);
        return template.Id;
    }

    /// <param name="id">Which.</param>
    /// <param name="form">What it is to be.</param>
    /// <param name="version">As it was when the editor was opened.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">As for a new one; or somebody else changed it meanwhile, or it is gone.</exception>
    public async Task ChangeAsync(TemplateId id, TemplateForm form, uint version, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsWrite);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var template = await FindAsync(db, id, ct);
        if (template.Version != version)
        {
            throw new RuleException("template.changed-meanwhile");
        }

        var variants = VariantsOf(template.Variants, form);
        template.Rename(form.Name);
        template.Rewrite(variants, form.File, await CatalogAsync(db, variants, ct), time.GetUtcNow());
        await SaveAsync(db, ct);
    }

    /// <summary>Another one that says the same; who approved what stays with it.</summary>
    /// <param name="id">Which.</param>
    /// <param name="name">Of the copy.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">As for a new one; or it is gone.</exception>
    public async Task<TemplateId> CopyAsync(TemplateId id, string name, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsWrite);
        await using var db = await dbs.CreateDbContextAsync(ct);
        await RoomAsync(db, ct);
        var from = await FindAsync(db, id, ct);
        var now = time.GetUtcNow();
        var copy = new MessageTemplate(
            Id.New<TemplateId>(now),
            member.TenantId,
            name,
            from.Variants,
            from is { MediaId: { } media, File: { } body } ? new ScheduledFile(media, body) : null,
            await CatalogAsync(db, from.Variants, ct),
            now
        );
        db.MessageTemplates.Add(copy);
        await SaveAsync(db, ct);
        return copy.Id;
    }

    /// <summary>No new campaign takes it; those that have it keep it, and its name is free.</summary>
    /// <exception cref="RuleException">The member may not, or it is gone.</exception>
    public async Task ArchiveAsync(TemplateId id, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsWrite);
        await using var db = await dbs.CreateDbContextAsync(ct);
        (await FindAsync(db, id, ct)).Archive(time.GetUtcNow());
        await SaveAsync(db, ct);
    }

    /// <exception cref="RuleException">The member may not, it is gone, or another one has its name by now.</exception>
    public async Task RestoreAsync(TemplateId id, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsWrite);
        await using var db = await dbs.CreateDbContextAsync(ct);
        (await FindAsync(db, id, ct)).Restore();
        await SaveAsync(db, ct);
    }

    private VariantSet VariantsOf(VariantSet before, TemplateForm form) =>
        new(VariantDraft.Settle(before, form.Variants, member.UserId), form.Mix);

    private static async Task<TemplateCatalog> CatalogAsync(ConsoleDb db, VariantSet variants, CancellationToken ct) =>
        (await TemplateQueries.CatalogAsync(db, ct)).Asking(variants.Variants.Select(v => v.Text));

    private static async Task<MessageTemplate> FindAsync(ConsoleDb db, TemplateId id, CancellationToken ct) =>
        await db.MessageTemplates.SingleOrDefaultAsync(t => t.Id == id, ct) ?? throw new RuleException("template.gone");

    private static async Task RoomAsync(ConsoleDb db, CancellationToken ct)
    {
        if (await db.MessageTemplates.CountAsync(ct) >= Most)
        {
            throw new RuleException("template.too-many", Most);
        }
    }

    private async Task SaveAsync(ConsoleDb db, CancellationToken ct)
    {
        await db.SaveAsync(
            changed: () => new RuleException("template.changed-meanwhile"),
            taken: () => new RuleException("template.name-taken"),
            gone: () => new RuleException("template.file-gone"),
            ct: ct
        );

        hub.Publish(new TemplatesChanged(member.TenantId));
    }
}
