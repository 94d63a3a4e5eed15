using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Inbox.Views;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Views;

/// <param name="Shared">The company's; else the member's own.</param>
/// <param name="Opens">The member's inbox opens with it.</param>
public sealed record InboxViewRow(InboxViewId Id, string Name, string Query, bool Shared, bool Opens, uint Version);

/// <summary>The views that a member has: his own and the company's.</summary>
public sealed class InboxViewQueries(IDbContextFactory<ConsoleDb> dbs, CurrentMember member)
{
    /// <summary>His own first, by name.</summary>
    public async Task<IReadOnlyList<InboxViewRow>> ListAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsRead);
        var me = member.UserId;
        await using var db = await dbs.CreateDbContextAsync(ct);
        var rows = await db
            .InboxViews.Where(v => v.OwnerId == null || v.OwnerId == me)
            .Select(v => new InboxViewRow(
                v.Id,
                v.Name,
                v.Query,
                v.OwnerId == null,
                db.DefaultViews.Any(c => c.ViewId == v.Id && c.UserId == me),
                v.Version
            ))
            .ToListAsync(ct);
        return [.. rows.OrderBy(v => v.Shared).ThenBy(v => v.Name, StringComparer.CurrentCultureIgnoreCase)];
    }

    /// <summary>The filter that the member's inbox opens with, as an address says it; null: he chose none.</summary>
    public async Task<string?> OpensWithAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsRead);
        var me = member.UserId;
        await using var db = await dbs.CreateDbContextAsync(ct);
        return await db
            .InboxViews.Where(v => (v.OwnerId == null || v.OwnerId == me) && db.DefaultViews.Any(c => c.ViewId == v.Id && c.UserId == me))
            .Select(v => v.Query)
            .SingleOrDefaultAsync(ct);
    }
}
