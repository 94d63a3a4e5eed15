using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Failover;

/// <summary>Puts back what a drill changed, and nothing that somebody else changed since.</summary>
public sealed class DrillEnd(NpgsqlDataSource database, FailoverRun run)
{
    /// <summary>The pool and the numbers that are different now.</summary>
    internal async Task<(PoolId Pool, IReadOnlyList<InstanceId> Numbers)> EndAsync(
        TenantId tenant,
        FailoverId drill,
        DrillBy by,
        Func<InstanceId, bool> sees,
        CancellationToken ct
    )
    {
        PoolId pool;
        FailoverPlan plan;
        await using (var transaction = await database.BeginAsync(tenant, ct))
        {
            var connection = transaction.Connection;
            if (await DrillSql.LockAsync(connection, tenant, drill, ct) is not { } played)
            {
                return (default, []);
            }

            (pool, plan) = played;
            if (!sees(plan.Failed))
            {
                throw new RuleException("number.gone");
            }

            await RolesAsync(connection, tenant, pool, plan, by, ct);
            await WorkList.DueAsync(connection, WorkKind.Outbound, plan.Failed, ct);
            await WorkList.DueAsync(connection, WorkKind.Watch, plan.Failed, ct);
            foreach (var slowed in plan.Slowed.OrderBy(s => s.Value))
            {
                if (await PaceSql.LockAsync(connection, tenant, slowed, ct) is { } pace && pace.PenaltyUntil == plan.SlowedUntil)
                {
                    await PaceSql.WriteAsync(connection, tenant, slowed, pace with { PenaltyUntil = null }, ct);
                }
            }

            await DrillSql.EndAsync(connection, tenant, drill, by, ct);
            await transaction.CommitAsync(ct);
        }

        await run.FinishAsync(tenant, drill, ct);
        return (pool, [plan.Failed, .. plan.Roles.Select(r => r.Instance)]);
    }

    private static async Task RolesAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        PoolId pool,
        FailoverPlan plan,
        DrillBy by,
        CancellationToken ct
    )
    {
        // A pool that was deleted meanwhile has no roles any more.
        if (
            await PoolSupervisor.LockAsync(connection, tenant, pool, ct) is not { } now
            || await MemberFactsReader.OfPoolAsync(connection, tenant, pool, now, ct) is not { } reading
        )
        {
            return;
        }

        var roles = reading.Facts.ToDictionary(m => m.Instance, m => m.Role);
        if (roles.GetValueOrDefault(plan.Failed) == MemberRole.Quarantined)
        {
            // From quarantine nothing goes straight back to sending.
            await ChangeAsync(connection, tenant, plan.Failed, MemberRole.Backup, by, now, ct);
            await ChangeAsync(connection, tenant, plan.Failed, MemberRole.Active, by, now, ct);
        }

        if (plan.Promoted is { } promoted && roles.TryGetValue(promoted, out var role) && role == MemberRole.Active)
        {
            await ChangeAsync(connection, tenant, promoted, MemberRole.Backup, by, now, ct);
        }
    }

    private static Task<bool> ChangeAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId number,
        MemberRole to,
        DrillBy by,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        MemberRoles.ChangeAsync(
            connection,
            tenant,
            new WantedRole(number, to, RoleCause.ByPerson, by.User, by.Name, "drill-over"),
            now,
            ct
        );
}
