using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Standbys;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Standbys;

/// <summary>What a member decides about a number's second gateway server.</summary>
public sealed class StandbyActions(
    IDbContextFactory<ConsoleDb> dbs,
    CurrentMember member,
    StandbyMove move,
    ConnectionRecord record,
    NumberPlace place
)
{
    /// <summary>Chooses the server, or changes when the number goes there. Only while it is at its own.</summary>
    /// <param name="id">The number.</param>
    /// <param name="server">The second server.</param>
    /// <param name="after">See <see cref="Standby.After"/>.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="RuleException">Not allowed, no such number or server, the number's own server, or it is away just now.</exception>
    public async Task ChooseAsync(InstanceId id, GatewayServerId server, int? after, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage, id);
        await using var db = await dbs.CreateDbContextAsync(ct);
        var number =
            await db.Instances.SingleOrDefaultAsync(i => i.Id == id && i.DeletedAt == null, ct) ?? throw new RuleException("number.gone");
        if (!await db.GatewayServers.AnyAsync(s => s.Id == server && s.RemovedAt == null, ct))
        {
            throw new RuleException("gateway.gone");
        }

        var standby = await db.Standbys.SingleOrDefaultAsync(s => s.InstanceId == id, ct);
        if (standby is not null && standby.ServerId == server)
        {
            standby.Decide(after);
        }
        else
        {
            Leave(db, standby);
            db.Standbys.Add(new Standby(number, server, after, place.Now));
        }

        await SaveAsync(db, ct);
        await record.ActAsync(member.TenantId, id, "standby-chosen", member.DisplayName, ct);
    }

    /// <summary>The number has no second server any more. Only while it is at its own and nothing is left at the other.</summary>
    /// <exception cref="RuleException">Not allowed, or it is away just now.</exception>
    public async Task RemoveAsync(InstanceId id, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage, id);
        await using var db = await dbs.CreateDbContextAsync(ct);
        if (await db.Standbys.SingleOrDefaultAsync(s => s.InstanceId == id, ct) is not { } standby)
        {
            return;
        }

        Leave(db, standby);
        await SaveAsync(db, ct);
        await record.ActAsync(member.TenantId, id, "standby-dropped", member.DisplayName, ct);
    }

    /// <summary>
    /// Moves the number to its other server, there or back. False: it was not at <paramref name="from"/> any more. Takes up to 50 s; the number must then be
    /// scanned there, unless that server still has its session.
    /// </summary>
    /// <exception cref="RuleException">Not allowed, it has no second server, or that one's refusal in words; then nothing changed.</exception>
    public async Task<bool> MoveAsync(InstanceId id, GatewayServerId from, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage, id);
        try
        {
            return await move.GoAsync(member.TenantId, id, from, member.DisplayName, ct);
        }
        catch (GatewayException e)
        {
            throw e.ToRule();
        }
    }

    private static void Leave(ConsoleDb db, Standby? standby)
    {
        if (standby is null)
        {
            return;
        }

        if (standby.IsAway || standby.HasOldSession)
        {
            throw new RuleException("standby.away");
        }

        db.Standbys.Remove(standby);
    }

    private static async Task SaveAsync(ConsoleDb db, CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Somebody chose or removed it in the same moment.
            throw new RuleException("number.changed-meanwhile");
        }
    }
}
