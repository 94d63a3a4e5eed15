using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Sla;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox;

/// <summary>What a team is to be.</summary>
public sealed record TeamForm(string Name, AssignmentMode Mode, BusinessHours Hours, IReadOnlyCollection<UserId> Members);

/// <summary>Makes and changes teams, and where numbers lead.</summary>
public sealed class TeamActions(
    IDbContextFactory<ConsoleDb> dbs,
    CurrentMember member,
    IHeadClocks clocks,
    EventHub hub,
    WorkSignal work,
    TimeProvider time
)
{
    public const int MaxTeams = 200;

    /// <exception cref="RuleException">The member may not, the name is not acceptable or taken, or there are too many.</exception>
    public async Task<TeamId> CreateAsync(TeamForm form, CancellationToken ct = default)
    {
        member.Demand(Permission.TeamsManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        if (await db.Teams.CountAsync(ct) >= MaxTeams)
        {
            throw new RuleException("team.too-many", MaxTeams);
        }

        var team = new Team(Id.New<TeamId>(time.GetUtcNow()), member.TenantId, form.Name, time.GetUtcNow());
        db.Teams.Add(team);
        await FillAsync(db, team, form, ct);
        return team.Id;
    }

    /// <param name="id">Which.</param>
    /// <param name="form">What it is to be.</param>
    /// <param name="version">As it was when the form was opened.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">As for a new one; or somebody else changed it meanwhile, or it is gone.</exception>
    public async Task ChangeAsync(TeamId id, TeamForm form, uint version, CancellationToken ct = default)
    {
        member.Demand(Permission.TeamsManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var team = await db.Teams.SingleOrDefaultAsync(t => t.Id == id, ct) ?? throw new RuleException("team.gone");
        if (team.Version != version)
        {
            throw new RuleException("team.changed-meanwhile");
        }

        team.Rename(form.Name);
        await FillAsync(db, team, form, ct);
    }

    /// <summary>Its conversations stay with who has them, and are no team's any more.</summary>
    /// <exception cref="RuleException">The member may not, or it is gone.</exception>
    public async Task DeleteAsync(TeamId id, CancellationToken ct = default)
    {
        member.Demand(Permission.TeamsManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var team = await db.Teams.SingleOrDefaultAsync(t => t.Id == id, ct) ?? throw new RuleException("team.gone");
        await db.Routings.Where(r => r.TeamId == id).ExecuteUpdateAsync(set => set.SetProperty(r => r.TeamId, (TeamId?)null), ct);
        await TeamSql.LeaveAsync(
            (NpgsqlConnection)db.Database.GetDbConnection(),
            member.TenantId,
            id,
            await clocks.OfAsync(member.TenantId, ct),
            time.GetUtcNow(),
            ct
        );
        db.Teams.Remove(team);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        hub.Publish([new TeamsChanged(member.TenantId), new EverythingChanged(member.TenantId)]);
    }

    /// <summary>Where a number's conversations go from now on; those that are open stay where they are.</summary>
    /// <exception cref="RuleException">The member may not, or number or team is gone.</exception>
    public async Task RouteAsync(InstanceId number, TeamId? team, AssignmentMode mode, CancellationToken ct = default)
    {
        member.Demand(Permission.TeamsManage, number);
        await using var db = await dbs.CreateDbContextAsync(ct);
        if (!await db.Instances.AnyAsync(i => i.Id == number && i.DeletedAt == null, ct))
        {
            throw new RuleException("number.gone");
        }

        if (team is { } id && !await db.Teams.AnyAsync(t => t.Id == id, ct))
        {
            throw new RuleException("team.gone");
        }

        var routing = await db.Routings.SingleOrDefaultAsync(r => r.InstanceId == number, ct);
        if (routing is null)
        {
            db.Routings.Add(routing = new Routing(member.TenantId, number));
        }

        routing.To(team, mode);
        await db.SaveChangesAsync(ct);
        hub.Publish(new TeamsChanged(member.TenantId));
        work.Raise(WorkKind.Assign);
    }

    private async Task FillAsync(ConsoleDb db, Team team, TeamForm form, CancellationToken ct)
    {
        var others = await db.Teams.Where(t => t.Id != team.Id).Select(t => t.Name).ToListAsync(ct);
        if (others.Contains(team.Name, StringComparer.OrdinalIgnoreCase))
        {
            throw new RuleException("team.name-taken");
        }

        team.Distribute(form.Mode);
        var moves = team.Hours != form.Hours;
        team.Open(form.Hours);
        var had = await db.TeamMembers.Where(m => m.TeamId == team.Id).ToListAsync(ct);
        var (tenant, wanted) = (member.TenantId, form.Members.ToHashSet());
        var known = await db
            .Memberships.Where(m => m.TenantId == tenant && wanted.Contains(m.UserId))
            .Select(m => m.UserId)
            .ToListAsync(ct);
        db.TeamMembers.RemoveRange(had.Where(m => !wanted.Contains(m.UserId)));
        db.TeamMembers.AddRange(
            known
                .Except(had.Select(m => m.UserId))
                .Select(u => new TeamMember
                {
                    TenantId = tenant,
                    TeamId = team.Id,
                    UserId = u,
                })
        );
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.SaveAsync(
            changed: () => new RuleException("team.changed-meanwhile"),
            taken: () => new RuleException("team.name-taken"),
            ct: ct
        );

        if (moves)
        {
            await SlaSql.RecountAsync((NpgsqlConnection)db.Database.GetDbConnection(), tenant, ct);
        }

        await transaction.CommitAsync(ct);
        hub.Publish([new TeamsChanged(tenant), .. moves ? [new TenantSettingsChanged(tenant)] : Array.Empty<ConsoleEvent>()]);
        work.Raise(WorkKind.Assign);
    }
}
