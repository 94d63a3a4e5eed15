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
    private const int AtOnce = 4;

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

        Choose(db, number, await db.Standbys.SingleOrDefaultAsync(s => s.InstanceId == id, ct), server, after);
        await SaveAsync(db, ct);
        await record.ActAsync(member.TenantId, id, "standby-chosen", member.DisplayName, ct);
    }

    /// <summary>
    /// The same for every number that is at this server, so far as the member sees it, at once or not at all. Those that are away just now, or have left a session
    /// at their second one, keep what they have.
    /// </summary>
    /// <returns>How many have it now.</returns>
    /// <exception cref="RuleException">Not allowed, no such server, or the very same one.</exception>
    public async Task<int> ChooseAllAsync(GatewayServerId at, GatewayServerId server, int? after, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        if (!await db.GatewayServers.AnyAsync(s => s.Id == server && s.RemovedAt == null, ct))
        {
            throw new RuleException("gateway.gone");
        }

        var there = await db.Instances.Where(i => i.GatewayServerId == at && i.DeletedAt == null).OrderBy(i => i.Id).ToListAsync(ct);
        InstanceId[] ids = [.. there.Select(i => i.Id)];
        var now = await db.Standbys.Where(s => ids.Contains(s.InstanceId)).ToDictionaryAsync(s => s.InstanceId, ct);
        Instance[] chosen =
        [
            .. there.Where(i => member.Sees(i.Id) && now.GetValueOrDefault(i.Id) is not ({ IsAway: true } or { HasOldSession: true })),
        ];
        foreach (var number in chosen)
        {
            Choose(db, number, now.GetValueOrDefault(number.Id), server, after);
        }

        await SaveAsync(db, ct);
        foreach (var number in chosen)
        {
            await record.ActAsync(member.TenantId, number.Id, "standby-chosen", member.DisplayName, ct);
        }

        return chosen.Length;
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

    /// <summary>
    /// Moves every number that is at this server and has a second one, as <see cref="MoveAsync"/> does, a few at a time. One that cannot go does not keep the
    /// others; where a second server itself does not answer, none of its numbers is tried after the first. Numbers the member does not see stay, and those that
    /// WhatsApp refuses.
    /// </summary>
    /// <exception cref="RuleException">Not allowed.</exception>
    public async Task<MovedNumbers> MoveAllAsync(GatewayServerId from, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage);
        var all = new MovedNumbers(0, 0, null);
        foreach (var standby in (await AtAsync(from, ct)).GroupBy(n => n.To, n => n.Number))
        {
            InstanceId[] numbers = [.. standby];
            // The first one finds out whether that server answers at all.
            var (first, isSilent) = await TryAsync(numbers[0], from, ct);
            all = all.And(first);
            if (isSilent)
            {
                all = all with { Refused = all.Refused + numbers.Length - 1 };
                continue;
            }

            foreach (var some in numbers.Skip(1).Chunk(AtOnce))
            {
                foreach (var (one, _) in await Task.WhenAll(some.Select(n => TryAsync(n, from, ct))))
                {
                    all = all.And(one);
                }
            }
        }

        return all;
    }

    private async Task<IReadOnlyList<(InstanceId Number, GatewayServerId To)>> AtAsync(GatewayServerId server, CancellationToken ct)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        var rows = await (
            from i in db.Instances
            join b in db.Standbys on i.Id equals b.InstanceId
            join s in db.InstanceStatuses on i.Id equals s.InstanceId
            where i.GatewayServerId == server && i.DeletedAt == null && s.OwnJid != null
            where s.State != InstanceState.Banned && s.State != InstanceState.Restricted
            orderby i.Id
            select new { i.Id, b.ServerId }
        ).ToListAsync(ct);
        return [.. rows.Where(r => member.Sees(r.Id)).Select(r => (r.Id, r.ServerId))];
    }

    private async Task<(MovedNumbers One, bool IsSilent)> TryAsync(InstanceId id, GatewayServerId from, CancellationToken ct)
    {
        try
        {
            return (new MovedNumbers(await move.GoAsync(member.TenantId, id, from, member.DisplayName, ct) ? 1 : 0, 0, null), false);
        }
        catch (Exception e) when (e is GatewayException or RuleException)
        {
            if (!await IsAtAsync(id, from, ct))
            {
                // Somebody else's click was quicker: what was asked just now is the server it left.
                return (new MovedNumbers(0, 0, null), false);
            }

            return e is GatewayException failed
                ? (new MovedNumbers(0, 1, failed.ToRule()), failed.Failure.IsTheServers())
                // Its standby was taken away meanwhile.
                : (new MovedNumbers(0, 1, (RuleException)e), false);
        }
    }

    private async Task<bool> IsAtAsync(InstanceId id, GatewayServerId server, CancellationToken ct)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        return await db.Instances.AnyAsync(i => i.Id == id && i.GatewayServerId == server, ct);
    }

    private void Choose(ConsoleDb db, Instance number, Standby? standby, GatewayServerId server, int? after)
    {
        if (standby is not null && standby.ServerId == server)
        {
            standby.Decide(after);
            return;
        }

        Leave(db, standby);
        db.Standbys.Add(new Standby(number, server, after, place.Now));
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

/// <summary>What became of the numbers of a server that were sent to their second ones.</summary>
/// <param name="Refused">How many stayed, because the second server did not take them.</param>
/// <param name="Why">Of the first of these, in words; null: none stayed.</param>
public sealed record MovedNumbers(int Moved, int Refused, RuleException? Why)
{
    internal MovedNumbers And(MovedNumbers more) => new(Moved + more.Moved, Refused + more.Refused, Why ?? more.Why);
}
