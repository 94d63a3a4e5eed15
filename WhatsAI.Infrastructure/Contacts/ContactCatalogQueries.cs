using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts;

/// <summary>The fields, tags and segments of the company: few enough to be read at once.</summary>
public sealed class ContactCatalogQueries(IDbContextFactory<ConsoleDb> dbs, CurrentMember member)
{
    /// <summary>Fields in the order they were made, tags and segments by name.</summary>
    /// <exception cref="RuleException">The member may not.</exception>
    public async Task<ContactCatalog> ReadAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsRead);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var fields = await db.ContactFields.AsNoTracking().OrderBy(f => f.CreatedAt).ThenBy(f => f.Key).ToListAsync(ct);
        var tags = await db.Tags.Select(t => new TagRow(t.Id, t.Name, t.Colour, t.Version)).ToListAsync(ct);
        var segments = await db.Segments.Select(s => new SegmentRow(s.Id, s.Name, s.Rule, s.Version)).ToListAsync(ct);
        return new ContactCatalog(
            fields,
            [.. tags.OrderBy(t => t.Name, StringComparer.CurrentCultureIgnoreCase)],
            [.. segments.OrderBy(s => s.Name, StringComparer.CurrentCultureIgnoreCase)]
        );
    }

    /// <summary>How many contacts would lose a tag, counted when somebody is about to delete it.</summary>
    public async Task<int> CarriersAsync(TagId tag, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        return await db.ContactTags.CountAsync(t => t.TagId == tag, ct);
    }

    /// <summary>Of how many contacts a field holds something.</summary>
    public async Task<long> HoldersAsync(Core.Contacts.Fields.FieldId field, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var key = await db.ContactFields.Where(f => f.Id == field).Select(f => f.Key).SingleOrDefaultAsync(ct);
        return key is null
            ? 0
            : await db
                .Database.SqlQuery<long>($"SELECT count(*) AS \"Value\" FROM contacts WHERE fields -> {key} IS NOT NULL")
                .SingleAsync(ct);
    }

    /// <summary>What rules may name.</summary>
    internal static async Task<SegmentCatalog> SegmentCatalogAsync(ConsoleDb db, CancellationToken ct) =>
        new(
            await db.ContactFields.AsNoTracking().ToDictionaryAsync(f => f.Key, StringComparer.Ordinal, ct),
            (await db.Tags.Select(t => t.Id).ToListAsync(ct)).ToHashSet(),
            (await db.Set<Instances.Pools.Sending.CampaignRow>().Select(c => c.CampaignId).ToListAsync(ct)).Select(c => c.Value).ToHashSet()
        );

    /// <summary>The tags in whose name what was typed stands.</summary>
    internal async Task<IReadOnlyCollection<TagId>> TagsLikeAsync(NpgsqlConnection connection, string typed, CancellationToken ct)
    {
        var folded = Tag.Fold(typed);
        if (folded.Length < 2)
        {
            return [];
        }

        await using var command = connection.Sql(
            "SELECT id FROM tags WHERE tenant_id = $1 AND strpos(folded_name, $2) > 0",
            member.TenantId.Value,
            folded
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var tags = new List<TagId>();
        while (await reader.ReadAsync(ct))
        {
            tags.Add(new TagId(reader.GetGuid(0)));
        }

        return tags;
    }
}
