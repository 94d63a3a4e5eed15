using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Segments;

/// <param name="Rule">Null, where something was sent that is none, is refused.</param>
public sealed record SegmentForm(string Name, SegmentRule? Rule);

/// <summary>Keeps the company's segments.</summary>
public sealed class SegmentActions(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, EventHub hub, TimeProvider time)
{
    public const int Most = 200;

    /// <exception cref="RuleException">The member may not, something is wrong with the name or the rule, the name is taken, or there are too many.</exception>
    public async Task<SegmentId> CreateAsync(SegmentForm form, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsManage);
        var rule = RuleOf(form);
        await using var db = await dbs.CreateDbContextAsync(ct);
        if (await db.Segments.CountAsync(ct) >= Most)
        {
            throw new RuleException("segment.too-many", Most);
        }

        var now = time.GetUtcNow();
        var catalog = await ContactCatalogQueries.SegmentCatalogAsync(db, ct);
        var segment = new Segment(Id.New<SegmentId>(now), member.TenantId, form.Name, rule, catalog, now);
        db.Segments.Add(segment);
        await SaveAsync(db, ct);
        return segment.Id;
    }

    /// <param name="id">Which.</param>
    /// <param name="form">What it is to be.</param>
    /// <param name="version">As it was when the form was opened.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">As for a new one; or somebody else changed it meanwhile, or it is gone.</exception>
    public async Task ChangeAsync(SegmentId id, SegmentForm form, uint version, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsManage);
        var rule = RuleOf(form);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var segment = await FindAsync(db, id, ct);
        if (segment.Version != version)
        {
            throw new RuleException("segment.changed-meanwhile");
        }

        segment.Change(form.Name, rule, await ContactCatalogQueries.SegmentCatalogAsync(db, ct));
        await SaveAsync(db, ct);
    }

    /// <summary>Its contacts stay.</summary>
    /// <exception cref="RuleException">The member may not, or it is gone.</exception>
    public async Task DeleteAsync(SegmentId id, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        db.Segments.Remove(await FindAsync(db, id, ct));
        await SaveAsync(db, ct);
    }

    private static SegmentRule RuleOf(SegmentForm form) => form.Rule ?? throw new RuleException("segment.rule-invalid");

    private static async Task<Segment> FindAsync(ConsoleDb db, SegmentId id, CancellationToken ct) =>
        await db.Segments.SingleOrDefaultAsync(s => s.Id == id, ct) ?? throw new RuleException("segment.gone");

    private async Task SaveAsync(ConsoleDb db, CancellationToken ct)
    {
        await db.SaveAsync(
            changed: () => new RuleException("segment.changed-meanwhile"),
            taken: () => new RuleException("segment.name-taken"),
            ct: ct
        );

        hub.Publish(new ContactsChanged(member.TenantId));
    }
}
