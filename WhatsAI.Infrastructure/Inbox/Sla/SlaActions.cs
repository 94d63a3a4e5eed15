using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Sla;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox.Sla;

/// <summary>Says how fast it has to go. Open conversations are measured by it soon after.</summary>
public sealed class SlaActions(IDbContextFactory<ConsoleDb> dbs, CurrentMember member, EventHub hub, TimeProvider time)
{
    /// <summary>What a new conversation is compared with, in every copy's memory.</summary>
    public const int MaxTargets = 200;

    /// <param name="team">Null: of any team and of none.</param>
    /// <param name="priority">Null: any.</param>
    /// <param name="times">All may be empty: then less particular targets do not hold here either.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">The member may not, a time is not acceptable, there are targets for this already, or too many.</exception>
    public async Task<SlaTargetId> CreateAsync(TeamId? team, ConversationPriority? priority, SlaTimes times, CancellationToken ct = default)
    {
        member.Demand(Permission.SlaManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        if (team is { } id && !await db.Teams.AnyAsync(t => t.Id == id, ct))
        {
            throw new RuleException("team.gone");
        }

        if (await db.SlaTargets.CountAsync(ct) >= MaxTargets)
        {
            throw new RuleException("sla.too-many", MaxTargets);
        }

        var now = time.GetUtcNow();
        var target = new SlaTarget(Id.New<SlaTargetId>(now), member.TenantId, team, priority, times, now);
        db.SlaTargets.Add(target);
        await SaveAsync(db, ct);
        return target.Id;
    }

    /// <param name="id">Which.</param>
    /// <param name="times">From now on.</param>
    /// <param name="version">As it was when the form was opened.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">As for a new one; or somebody else changed it meanwhile, or it is gone.</exception>
    public async Task ChangeAsync(SlaTargetId id, SlaTimes times, uint version, CancellationToken ct = default)
    {
        member.Demand(Permission.SlaManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var target = await FindAsync(db, id, ct);
        if (target.Version != version)
        {
            throw new RuleException("sla.changed-meanwhile");
        }

        target.Change(times);
        await SaveAsync(db, ct);
    }

    /// <exception cref="RuleException">The member may not, or it is gone.</exception>
    public async Task DeleteAsync(SlaTargetId id, CancellationToken ct = default)
    {
        member.Demand(Permission.SlaManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        db.SlaTargets.Remove(await FindAsync(db, id, ct));
        await SaveAsync(db, ct);
    }

    private static async Task<SlaTarget> FindAsync(ConsoleDb db, SlaTargetId id, CancellationToken ct) =>
        await db.SlaTargets.SingleOrDefaultAsync(t => t.Id == id, ct) ?? throw new RuleException("sla.gone");

    private async Task SaveAsync(ConsoleDb db, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.SaveAsync(
            changed: () => new RuleException("sla.changed-meanwhile"),
            taken: () => new RuleException("sla.place-taken"),
            ct: ct
        );

        await SlaSql.RecountAsync((NpgsqlConnection)db.Database.GetDbConnection(), member.TenantId, ct);
        await transaction.CommitAsync(ct);
        hub.Publish(new TenantSettingsChanged(member.TenantId));
    }
}
