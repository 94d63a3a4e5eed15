using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>Who is in a pool and as what, by persons.</summary>
public sealed class PoolMemberActions(NpgsqlDataSource database, CurrentMember member, EventHub hub, TimeProvider time)
{
    /// <summary>Puts a number into a pool. One that is in another moves and keeps its role there: moving cures nothing.</summary>
    /// <param name="role">What a number that was in no pool begins as.</param>
    /// <exception cref="RuleException">Not allowed, the pool or the number is gone, or a number does not begin as that.</exception>
    public async Task PlaceAsync(PoolId pool, InstanceId instance, MemberRole role, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage, instance);
        if (role is not (MemberRole.Active or MemberRole.Backup or MemberRole.Warming))
        {
            throw new RuleException("pool.role-forbidden");
        }

        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        var c = transaction.Connection;
        if (
            await RunAsync(c, "SELECT true FROM pools WHERE tenant_id = $1 AND id = $2 FOR SHARE", ct, member.TenantId.Value, pool.Value)
            is null
        )
        {
            throw new RuleException("pool.gone");
        }

        // Of two who place one number at the same time the second waits here, and moves it.
        if (
            await RunAsync(
                c,
                "SELECT true FROM instances WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL FOR NO KEY UPDATE",
                ct,
                member.TenantId.Value,
                instance.Value
            )
            is null
        )
        {
            throw new RuleException("number.gone");
        }

        var from = await LeaveAsync(c, instance, moves: true, ct);
        if (from == pool)
        {
            return;
        }

        await RunAsync(
            c,
            """
            WITH placed AS (
                INSERT INTO pool_members (tenant_id, instance_id, pool_id, role, role_since, cause)
                VALUES ($1, $2, $3, $4, $5, 'ByPerson')
                ON CONFLICT (tenant_id, instance_id) DO UPDATE SET pool_id = EXCLUDED.pool_id
                RETURNING role
            )
            INSERT INTO role_changes (tenant_id, instance_id, pool_id, to_role, at, cause, by_user_id, by_name)
            SELECT $1, $2, $3, role, $5, 'ByPerson', $6, $7 FROM placed
            """,
            ct,
            member.TenantId.Value,
            instance.Value,
            pool.Value,
            role.ToString(),
            time.GetUtcNow(),
            member.UserId.Value,
            member.DisplayName
        );
        await WorkList.DueAsync(c, WorkKind.Outbound, instance, ct);
        await transaction.CommitAsync(ct);
        Publish(instance, from is { } left ? [left, pool] : [pool]);
    }

    /// <exception cref="RuleException">Not allowed, or the number is in no pool.</exception>
    public async Task RemoveAsync(InstanceId instance, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage, instance);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        var from = await LeaveAsync(transaction.Connection, instance, moves: false, ct) ?? throw new RuleException("pool.member-gone");
        await transaction.CommitAsync(ct);
        Publish(instance, [from]);
    }

    /// <exception cref="RuleException">Not allowed, the number is in no pool, or that role does not follow its present one.</exception>
    public async Task ChangeRoleAsync(InstanceId instance, MemberRole to, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage, instance);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        var c = transaction.Connection;
        var (pool, role) = await PlaceOfAsync(c, instance, ct) ?? throw new RuleException("pool.member-gone");
        var wanted = new WantedRole(instance, to, RoleCause.ByPerson, member.UserId, member.DisplayName);
        if (!await MemberRoles.ChangeAsync(c, member.TenantId, wanted, time.GetUtcNow(), ct))
        {
            return;
        }

        if (role == MemberRole.Quarantined && to is MemberRole.Backup or MemberRole.Warming)
        {
            // A person says that it is well: what was counted against it before is over.
            var watch = await WatchSql.LockAsync(c, member.TenantId, instance, ct);
            await WatchSql.WriteAsync(c, member.TenantId, instance, watch.Forgiven(), ct);
        }

        await transaction.CommitAsync(ct);
        Publish(instance, [pool]);
    }

    private async Task<(PoolId Pool, MemberRole Role)?> PlaceOfAsync(NpgsqlConnection c, InstanceId instance, CancellationToken ct)
    {
        await using var command = c.Sql(
            "SELECT pool_id, role FROM pool_members WHERE tenant_id = $1 AND instance_id = $2 FOR UPDATE",
            member.TenantId.Value,
            instance.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (new PoolId(reader.GetGuid(0)), Enum.Parse<MemberRole>(reader.GetString(1))) : null;
    }

    /// <summary>The line for the pool it leaves, and the row itself unless it only moves.</summary>
    private async Task<PoolId?> LeaveAsync(NpgsqlConnection c, InstanceId instance, bool moves, CancellationToken ct)
    {
        if (await PlaceOfAsync(c, instance, ct) is not { } place)
        {
            return null;
        }

        await RunAsync(
            c,
            """
            INSERT INTO role_changes (tenant_id, instance_id, pool_id, from_role, at, cause, by_user_id, by_name)
            VALUES ($1, $2, $3, $4, $5, 'ByPerson', $6, $7)
            """,
            ct,
            member.TenantId.Value,
            instance.Value,
            place.Pool.Value,
            place.Role.ToString(),
            time.GetUtcNow(),
            member.UserId.Value,
            member.DisplayName
        );
        if (!moves)
        {
            await RunAsync(
                c,
                "DELETE FROM pool_members WHERE tenant_id = $1 AND instance_id = $2",
                ct,
                member.TenantId.Value,
                instance.Value
            );
        }

        return place.Pool;
    }

    private void Publish(InstanceId instance, IEnumerable<PoolId> pools)
    {
        foreach (var pool in pools)
        {
            hub.Publish(new PoolChanged(member.TenantId, pool));
        }

        hub.Publish(new InstanceChanged(member.TenantId, instance));
    }

    private static async Task<object?> RunAsync(NpgsqlConnection c, string sql, CancellationToken ct, params object?[] values)
    {
        await using var command = c.Sql(sql, values);
        return await command.ExecuteScalarAsync(ct);
    }
}
