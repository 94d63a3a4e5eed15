using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox;

/// <param name="TeamName">Of a team's.</param>
/// <param name="Usable">The member answers with it; false for a team's that he only keeps.</param>
public sealed record CannedResponseRow(
    CannedResponseId Id,
    CannedScope Scope,
    TeamId? TeamId,
    string? TeamName,
    string Code,
    string? Folder,
    string Text,
    bool Usable,
    uint Version
);

/// <summary>The canned responses a member sees. All at once: a company has at most <see cref="CannedResponseActions.MaxShared"/> and a member a few of his own.</summary>
public sealed class CannedResponseQueries(IDbContextFactory<ConsoleDb> dbs, CurrentMember member)
{
    /// <summary>His own, his teams' and the company's, by code; those of other teams too where he may change them.</summary>
    public async Task<IReadOnlyList<CannedResponseRow>> ListAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsReply);
        var (me, keeps) = (member.UserId, member.Allows(Permission.CannedManage));
        await using var db = await dbs.CreateDbContextAsync(ct);
        var rows = await db
            .CannedResponses.Where(r =>
                r.Scope == CannedScope.Tenant
                || r.OwnerId == me
                || (r.Scope == CannedScope.Team && (keeps || db.TeamMembers.Any(m => m.TeamId == r.TeamId && m.UserId == me)))
            )
            .Select(r => new CannedResponseRow(
                r.Id,
                r.Scope,
                r.TeamId,
                db.Teams.Where(t => t.Id == r.TeamId).Select(t => t.Name).FirstOrDefault(),
                r.Code,
                r.Folder,
                r.Text,
                r.Scope != CannedScope.Team || db.TeamMembers.Any(m => m.TeamId == r.TeamId && m.UserId == me),
                r.Version
            ))
            .ToListAsync(ct);
        return [.. rows.OrderBy(r => r.Code, StringComparer.CurrentCultureIgnoreCase).ThenBy(r => r.Scope)];
    }
}
