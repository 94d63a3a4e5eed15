using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Tags;

/// <summary>Makes and changes the company's tags.</summary>
public sealed class TagActions(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, EventHub hub, TimeProvider time)
{
    /// <summary>All of them are offered at once.</summary>
    public const int Most = 500;

    /// <param name="name">What it is called.</param>
    /// <param name="colour">1 to <see cref="Tag.Colours"/>.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">The member may not, the name is not acceptable or taken, or there are too many.</exception>
    public async Task<TagId> CreateAsync(string name, int colour, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        if (await db.Tags.CountAsync(ct) >= Most)
        {
            throw new RuleException("tag.too-many", Most);
        }

        var now = time.GetUtcNow();
        var tag = new Tag(Id.New<TagId>(now), member.TenantId, name, colour, now);
        db.Tags.Add(tag);
        await SaveAsync(db, ct);
        return tag.Id;
    }

    /// <param name="id">Which.</param>
    /// <param name="name">What it is called from now on.</param>
    /// <param name="colour">1 to <see cref="Tag.Colours"/>.</param>
    /// <param name="version">As it was when the form was opened.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">As for a new one; or somebody else changed it meanwhile, or it is gone.</exception>
    public async Task ChangeAsync(TagId id, string name, int colour, uint version, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var tag = await FindAsync(db, id, ct);
        if (tag.Version != version)
        {
            throw new RuleException("tag.changed-meanwhile");
        }

        tag.Change(name, colour);
        await SaveAsync(db, ct);
    }

    /// <summary>Every contact loses it.</summary>
    /// <exception cref="RuleException">The member may not, a segment asks for it, or it is gone.</exception>
    public async Task DeleteAsync(TagId id, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var tag = await FindAsync(db, id, ct);
        var segments = await db.Segments.AsNoTracking().ToListAsync(ct);
        if (segments.Find(s => SegmentCheck.Uses(s.Rule).Tags.Contains(id)) is { } user)
        {
            throw new RuleException("tag.in-use", user.Name);
        }

        db.Tags.Remove(tag);
        await SaveAsync(db, ct);
    }

    private static async Task<Tag> FindAsync(ConsoleDb db, TagId id, CancellationToken ct) =>
        await db.Tags.SingleOrDefaultAsync(t => t.Id == id, ct) ?? throw new RuleException("tag.gone");

    private async Task SaveAsync(ConsoleDb db, CancellationToken ct)
    {
        await db.SaveAsync(
            changed: () => new RuleException("tag.changed-meanwhile"),
            taken: () => new RuleException("tag.name-taken"),
            ct: ct
        );

        hub.Publish(new ContactsChanged(member.TenantId));
    }
}
