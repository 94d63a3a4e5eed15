using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns.Templates;

/// <summary>The company's templates, and what they would say.</summary>
public sealed class TemplateQueries(IDbContextFactory<ConsoleDb> dbs, NpgsqlDataSource database, CurrentMember member)
{
    public const int PageSize = 50;

    /// <summary>By name, or those after a place.</summary>
    /// <param name="typed">A part of the name; null or blank: all.</param>
    /// <param name="archived">Those that are no longer offered, and no others.</param>
    /// <param name="after">Where the page before ended.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<KeyPage<TemplateRow, TemplateKey>> PageAsync(
        string? typed = null,
        bool archived = false,
        TemplateKey? after = null,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.CampaignsRead);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var found = db.MessageTemplates.AsNoTracking().Where(t => t.ArchivedAt != null == archived);
        if (OneLine.Fold(typed ?? "") is { Length: > 0 } folded)
        {
            found = found.Where(t => t.FoldedName.Contains(folded));
        }

        if (after is not null)
        {
            found = found.Where(t =>
                EF.Functions.GreaterThan(ValueTuple.Create(t.FoldedName, t.Id), ValueTuple.Create(after.FoldedName, after.Id))
            );
        }

        var rows = await found.OrderBy(t => t.FoldedName).ThenBy(t => t.Id).Take(PageSize + 1).ToListAsync(ct);
        return KeyPage.Cut([.. rows.Select(RowOf)], PageSize, r => r.Key);
    }

    /// <summary>Null: there is none.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<TemplateView?> FindAsync(TemplateId id, CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsRead);
        await using var db = await dbs.CreateDbContextAsync(ct);
        if (await db.MessageTemplates.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id, ct) is not { } found)
        {
            return null;
        }

        var approvers = found.Variants.Variants.Select(v => v.ApprovedBy?.Value).OfType<Guid>().ToHashSet();
        var names =
            approvers.Count == 0
                ? []
                : await db.Users.Where(u => approvers.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName, ct);
        return new TemplateView(
            found.Id,
            found.Name,
            found.Variants,
            found is { MediaId: { } media, File: { } body } ? new ScheduledFile(media, body) : null,
            found.CreatedAt,
            found.ChangedAt,
            found.ArchivedAt,
            found.Version,
            names
        );
    }

    /// <summary>What a template may ask for. A campaign's own values are named by the texts: see <see cref="TemplateCatalog.Asking"/>.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<TemplateCatalog> CatalogAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.CampaignsRead);
        await using var db = await dbs.CreateDbContextAsync(ct);
        return await CatalogAsync(db, ct);
    }

    /// <summary>What is known of one person, as a launch would fix it. Null: there is no such contact.</summary>
    /// <exception cref="RuleException">The member may not, this or see contacts.</exception>
    public async Task<TemplatePerson?> PersonAsync(ContactId id, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsRead);
        var catalog = await CatalogAsync(ct);
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        return await TemplatePeople.FindAsync(scope.Connection, member.TenantId, id, catalog, campaign: null, ct);
    }

    internal static async Task<TemplateCatalog> CatalogAsync(ConsoleDb db, CancellationToken ct) =>
        new(
            await db.ContactFields.AsNoTracking().ToDictionaryAsync(f => f.Key, StringComparer.Ordinal, ct),
            new HashSet<string>(StringComparer.Ordinal)
        );

    private static TemplateRow RowOf(MessageTemplate t) =>
        new(
            t.Id,
            t.Name,
            t.Variants.Variants.Select(v => v.Text).FirstOrDefault() ?? "",
            t.Variants.Variants.Count,
            t.Variants.Variants.Count(v => v is { IsProposed: true, ApprovedBy: null }),
            t.File?.Kind,
            t.ChangedAt,
            t.ArchivedAt,
            new TemplateKey(t.FoldedName, t.Id)
        );
}
