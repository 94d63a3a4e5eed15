using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>What a pool is to be.</summary>
public sealed record PoolForm(
    string Name,
    PoolStrategy Strategy,
    bool IsSticky,
    PacePolicy Pace,
    int RotationDays,
    FailoverPolicy Failover
);

/// <summary>Makes and changes pools, by persons. Who is in one is <see cref="PoolMemberActions"/>.</summary>
public sealed class PoolActions(
    IDbContextFactory<ConsoleDb> dbs,
    NpgsqlDataSource wake,
    CurrentMember member,
    EventHub hub,
    TimeProvider time
)
{
    /// <summary>The wall shows them all.</summary>
    public const int MaxPools = 100;

    /// <exception cref="RuleException">Not allowed, no acceptable name, one that another pool has, or there are too many.</exception>
    public async Task<PoolId> CreateAsync(string name, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage);
        await using var db = await dbs.CreateDbContextAsync(ct);
        if (await db.Pools.CountAsync(ct) >= MaxPools)
        {
            throw new RuleException("pool.too-many", MaxPools);
        }

        var now = time.GetUtcNow();
        // Official numbers come with the gateway that has them.
        var pool = new Pool(Id.New<PoolId>(now), member.TenantId, name, official: false, now);
        db.Pools.Add(pool);
        await SaveAsync(db, pool, ct);
        return pool.Id;
    }

    /// <param name="id">Which.</param>
    /// <param name="form">What it is to be.</param>
    /// <param name="version">As it was when the form was opened.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">Not allowed, not acceptable, somebody else changed it meanwhile, or it is gone.</exception>
    public async Task ChangeAsync(PoolId id, PoolForm form, uint version, CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        var pool = await FindAsync(db, id, ct);
        if (pool.Version != version)
        {
            throw new RuleException("pool.changed-meanwhile");
        }

        if (pool.Name != form.Name.Trim())
        {
            pool.Rename(form.Name);
        }

        pool.Share(form.Strategy, form.IsSticky);
        pool.SetPace(form.Pace);
        pool.Rotate(form.RotationDays);
        pool.SetFailover(form.Failover);
        await SaveAsync(db, pool, ct);
        // What waited for a stricter pace may go now; a number that may not looks and waits again.
        await using var transaction = await wake.BeginAsync(member.TenantId, ct);
        await PoolWake.AllAsync(transaction.Connection, member.TenantId, id, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Its numbers stay, in no pool.</summary>
    /// <exception cref="RuleException">Not allowed, it is gone, messages wait at it, or there is a number in it that the member does not see.</exception>
    public async Task RemoveAsync(PoolId id, CancellationToken ct = default)
    {
        await using var db = await dbs.CreateDbContextAsync(ct);
        var pool = await FindAsync(db, id, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Held until the end, so that nobody joins what goes.
        await db.Database.ExecuteSqlAsync($"SELECT FROM pools WHERE id = {id.Value} FOR UPDATE", ct);
        var members = await db.PoolMembers.Where(m => m.PoolId == id).ToListAsync(ct);
        if (!members.All(m => member.Sees(m.InstanceId)))
        {
            throw new RuleException("pool.not-all-seen");
        }

        var now = time.GetUtcNow();
        db.RoleChanges.AddRange(members.Select(m => Left(m, now)));
        db.Pools.Remove(pool);
        await SaveAsync(db, pool, ct);
        await transaction.CommitAsync(ct);
        // Again, now that it is true.
        hub.Publish(new PoolChanged(member.TenantId, id));
    }

    private RoleChangeRow Left(PoolMember gone, DateTimeOffset now) =>
        new()
        {
            TenantId = gone.TenantId,
            InstanceId = gone.InstanceId,
            PoolId = gone.PoolId,
            From = gone.Role,
            Cause = RoleCause.ByPerson,
            By = member.UserId,
            ByName = member.DisplayName,
            At = now,
        };

    private async Task<Pool> FindAsync(ConsoleDb db, PoolId id, CancellationToken ct)
    {
        member.Demand(Permission.NumbersManage);
        return await db.Pools.SingleOrDefaultAsync(p => p.Id == id, ct) ?? throw new RuleException("pool.gone");
    }

    private async Task SaveAsync(ConsoleDb db, Pool pool, CancellationToken ct)
    {
        await db.SaveAsync(
            changed: () => new RuleException("pool.changed-meanwhile"),
            taken: () => new RuleException("pool.name-taken", pool.Name),
            gone: () => new RuleException("pool.has-waiting"),
            ct: ct
        );

        if (db.Database.CurrentTransaction is null)
        {
            hub.Publish(new PoolChanged(member.TenantId, pool.Id));
        }
    }
}
