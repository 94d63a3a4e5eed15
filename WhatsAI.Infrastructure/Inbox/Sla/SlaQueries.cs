using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Inbox.Sla;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Sla;

/// <param name="TeamId">Null: of any team and of none.</param>
/// <param name="Priority">Null: any.</param>
public sealed record SlaTargetRow(
    SlaTargetId Id,
    TeamId? TeamId,
    string? TeamName,
    ConversationPriority? Priority,
    SlaTimes Times,
    uint Version
);

/// <summary>The company's targets, for who sets them.</summary>
public sealed class SlaQueries(IDbContextFactory<ConsoleDb> dbs, CurrentMember member)
{
    /// <summary>From the company's own to the most particular: by team, then by priority, the urgent first.</summary>
    public async Task<IReadOnlyList<SlaTargetRow>> ListAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.SlaManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var teams = await db.Teams.ToDictionaryAsync(t => t.Id, t => t.Name, ct);
        var targets = await db.SlaTargets.AsNoTracking().ToListAsync(ct);
        return
        [
            .. targets
                .Select(t => new SlaTargetRow(
                    t.Id,
                    t.TeamId,
                    t.TeamId is { } id ? teams.GetValueOrDefault(id) : null,
                    t.Priority,
                    t.Times,
                    t.Version
                ))
                .OrderBy(t => t.TeamId is not null)
                .ThenBy(t => t.TeamName, StringComparer.CurrentCultureIgnoreCase)
                .ThenBy(t => t.Priority is not null)
                .ThenByDescending(t => t.Priority),
        ];
    }

    /// <summary>The teams that may have targets of their own, by name.</summary>
    public async Task<IReadOnlyList<(TeamId Id, string Name)>> TeamsAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.SlaManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var teams = await db.Teams.Select(t => new { t.Id, t.Name }).ToListAsync(ct);
        return [.. teams.OrderBy(t => t.Name, StringComparer.CurrentCultureIgnoreCase).Select(t => (t.Id, t.Name))];
    }
}
