using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox;

public sealed record TeamRow(TeamId Id, string Name, AssignmentMode Mode, BusinessHours Hours, IReadOnlyList<UserId> Members, uint Version);

/// <summary>Where a number's conversations go when they open.</summary>
/// <param name="Team">Null: to who sees the number.</param>
public sealed record RoutingRow(InstanceId Number, string Name, TeamId? Team, AssignmentMode Mode);

/// <summary>Who there is to answer: agents with their presence and load, teams, where numbers lead. A company has tens of each.</summary>
public sealed class TeamQueries(NpgsqlDataSource database, IDbContextFactory<ConsoleDb> dbs, CurrentMember member)
{
    /// <summary>Members who may enter, by name.</summary>
    public async Task<IReadOnlyList<AgentRow>> AgentsAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsRead);
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        return await AgentSql.ReadAsync(scope.Connection, member.TenantId, ct);
    }

    /// <summary>What the member said of himself last.</summary>
    public async Task<Presence> SaidAsync(CancellationToken ct = default)
    {
        var me = member.UserId;
        await using var db = await dbs.CreateDbContextAsync(ct);
        return await db.Agents.Where(a => a.UserId == me).Select(a => (Presence?)a.Presence).SingleOrDefaultAsync(ct) ?? Presence.Online;
    }

    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<TeamRow>> TeamsAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.ConversationsRead);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var members = (await db.TeamMembers.ToListAsync(ct)).ToLookup(m => m.TeamId, m => m.UserId);
        var teams = await db.Teams.AsNoTracking().ToListAsync(ct);
        return
        [
            .. teams
                .Select(t => new TeamRow(t.Id, t.Name, t.Mode, t.Hours, [.. members[t.Id]], t.Version))
                .OrderBy(t => t.Name, StringComparer.CurrentCultureIgnoreCase),
        ];
    }

    /// <summary>Of every number the member sees, by name.</summary>
    public async Task<IReadOnlyList<RoutingRow>> RoutingsAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.TeamsManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var routes = await db.Routings.AsNoTracking().ToDictionaryAsync(r => r.InstanceId, ct);
        var numbers = await db.Instances.Where(i => i.DeletedAt == null).Select(i => new { i.Id, i.Name }).ToListAsync(ct);
        return
        [
            .. numbers
                .Where(n => member.Sees(n.Id))
                .Select(n =>
                    routes.TryGetValue(n.Id, out var route)
                        ? new RoutingRow(n.Id, n.Name, route.TeamId, route.Mode)
                        : new RoutingRow(n.Id, n.Name, Team: null, AssignmentMode.ByHand)
                )
                .OrderBy(n => n.Name, StringComparer.CurrentCultureIgnoreCase),
        ];
    }
}
