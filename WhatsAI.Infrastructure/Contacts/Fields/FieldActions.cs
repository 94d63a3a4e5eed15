using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Fields;

/// <summary>Makes and changes what a company knows of its contacts.</summary>
public sealed class FieldActions(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, EventHub hub, TimeProvider time)
{
    // Every contact is written anew without it.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    /// <exception cref="RuleException">The member may not, the name or the options are not acceptable, the name is taken, or there are too many.</exception>
    public async Task<FieldId> CreateAsync(string name, FieldKind kind, IReadOnlyList<string> options, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsManage);
        if (!Enum.IsDefined(kind))
        {
            throw new RuleException("field.kind-invalid");
        }

        await using var db = await dbs.CreateDbContextAsync(ct);
        if (await db.ContactFields.CountAsync(ct) >= ContactField.Most)
        {
            throw new RuleException("field.too-many", ContactField.Most);
        }

        var now = time.GetUtcNow();
        var field = new ContactField(Id.New<FieldId>(now), member.TenantId, name, kind, options, now);
        db.ContactFields.Add(field);
        await SaveAsync(db, ct);
        return field.Id;
    }

    /// <summary>The key stays, and so do values that are no longer offered.</summary>
    /// <param name="id">Which.</param>
    /// <param name="name">What it is called from now on.</param>
    /// <param name="options">Of a choice; of every other kind none.</param>
    /// <param name="version">As it was when the form was opened.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">As for a new one; or somebody else changed it meanwhile, or it is gone.</exception>
    public async Task ChangeAsync(FieldId id, string name, IReadOnlyList<string> options, uint version, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var field = await FindAsync(db, id, ct);
        if (field.Version != version)
        {
            throw new RuleException("field.changed-meanwhile");
        }

        field.Rename(name);
        field.Offer(options);
        await SaveAsync(db, ct);
    }

    /// <summary>Every contact loses what it held, in one piece.</summary>
    /// <exception cref="RuleException">The member may not, a segment asks for it, or it is gone.</exception>
    public async Task DeleteAsync(FieldId id, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var field = await FindAsync(db, id, ct);
        var segments = await db.Segments.AsNoTracking().ToListAsync(ct);
        if (segments.Find(s => SegmentCheck.Uses(s.Rule).Fields.Contains(field.Key)) is { } user)
        {
            throw new RuleException("field.in-use", user.Name);
        }

        // First: who writes a contact holds the fields until he has, and finds it gone afterwards.
        db.ContactFields.Remove(field);
        await SaveAsync(db, ct, tell: false);
        db.Database.SetCommandTimeout(_patience);
        await db.Database.ExecuteSqlAsync(
            $"UPDATE contacts SET fields = fields - {field.Key}, folded_fields = folded_fields - {field.Key} WHERE tenant_id = {member.TenantId.Value} AND fields -> {field.Key} IS NOT NULL",
            ct
        );
        await transaction.CommitAsync(ct);
        hub.Publish(new ContactsChanged(member.TenantId));
    }

    private static async Task<ContactField> FindAsync(ConsoleDb db, FieldId id, CancellationToken ct) =>
        await db.ContactFields.SingleOrDefaultAsync(f => f.Id == id, ct) ?? throw new RuleException("field.gone");

    private async Task SaveAsync(ConsoleDb db, CancellationToken ct, bool tell = true)
    {
        await db.SaveAsync(
            changed: () => new RuleException("field.changed-meanwhile"),
            taken: () => new RuleException("field.name-taken"),
            ct: ct
        );

        if (tell)
        {
            hub.Publish(new ContactsChanged(member.TenantId));
        }
    }
}
