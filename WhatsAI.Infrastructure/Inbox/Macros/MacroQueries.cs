using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Macros;

/// <param name="TeamName">Of a team's.</param>
/// <param name="Usable">The member runs it; false for a team's that he only keeps.</param>
public sealed record MacroRow(
    MacroId Id,
    CannedScope Scope,
    TeamId? TeamId,
    string? TeamName,
    string Name,
    string? Folder,
    IReadOnlyList<MacroStep> Steps,
    bool Usable,
    uint Version
);

/// <summary>The macros a member sees, all at once: a company has at most <see cref="MacroActions.MaxShared"/> and a member a few of his own.</summary>
public sealed class MacroQueries(IDbContextFactory<ConsoleDb> dbs, CurrentMember member)
{
    /// <summary>His own, his teams' and the company's, by name; those of other teams too where he may change them.</summary>
    public async Task<IReadOnlyList<MacroRow>> ListAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var rows = await Rows(db).ToListAsync(ct);
        return [.. rows.OrderBy(m => m.Name, StringComparer.CurrentCultureIgnoreCase).ThenBy(m => m.Scope)];
    }

    /// <summary>One that the member runs; null: he does not, or it is gone.</summary>
    public async Task<MacroRow?> FindAsync(MacroId id, CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        await using var db = await dbs.CreateDbContextAsync(ct);
        return (await Rows(db, id).ToListAsync(ct)).SingleOrDefault(m => m.Usable);
    }

    /// <summary>What steps may name.</summary>
    public async Task<MacroNames> NamesAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        await using var db = await dbs.CreateDbContextAsync(ct);
        return await NamesAsync(db, member.TenantId, ct);
    }

    /// <summary>What the company calls itself, for the answers.</summary>
    internal async Task<string> CompanyAsync(CancellationToken ct)
    {
        var tenant = member.TenantId;
        await using var db = await dbs.CreateDbContextAsync(ct);
        return await db.Tenants.Where(t => t.Id == tenant).Select(t => t.Name).SingleAsync(ct);
    }

    internal static async Task<MacroNames> NamesAsync(ConsoleDb db, TenantId tenant, CancellationToken ct) =>
        new(
            ByName(await db.Labels.Select(l => new MacroName<LabelId>(l.Id, l.Name)).ToListAsync(ct)),
            ByName(await db.Teams.Select(t => new MacroName<TeamId>(t.Id, t.Name)).ToListAsync(ct)),
            ByName(
                await (
                    from m in db.Memberships
                    where m.TenantId == tenant && m.DisabledAt == null
                    from u in db.Users
                    where (Guid)(object)m.UserId == u.Id
                    select new MacroName<UserId>(m.UserId, u.DisplayName)
                ).ToListAsync(ct)
            )
        );

    private static MacroName<T>[] ByName<T>(List<MacroName<T>> names) =>
        [.. names.OrderBy(n => n.Name, StringComparer.CurrentCultureIgnoreCase)];

    private IQueryable<MacroRow> Rows(ConsoleDb db, MacroId? id = null)
    {
        var (me, keeps) = (member.UserId, member.Allows(Permission.CannedManage));
        return db
            .Macros.Where(m => id == null || m.Id == id)
            .Where(m =>
                m.Scope == CannedScope.Tenant
                || m.OwnerId == me
                || (m.Scope == CannedScope.Team && (keeps || db.TeamMembers.Any(t => t.TeamId == m.TeamId && t.UserId == me)))
            )
            .Select(m => new MacroRow(
                m.Id,
                m.Scope,
                m.TeamId,
                db.Teams.Where(t => t.Id == m.TeamId).Select(t => t.Name).FirstOrDefault(),
                m.Name,
                m.Folder,
                m.Steps,
                m.Scope != CannedScope.Team || db.TeamMembers.Any(t => t.TeamId == m.TeamId && t.UserId == me),
                m.Version
            ));
    }
}
