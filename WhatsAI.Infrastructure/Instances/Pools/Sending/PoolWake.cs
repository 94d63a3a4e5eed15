using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>
/// Makes numbers due that may have something to send. First in the caller's transaction: a number's row of the work list is locked before its pace and the
/// pool's queue (docs/ledger.md).
/// </summary>
internal static class PoolWake
{
    /// <summary>The sending numbers of one pool, and no others.</summary>
    public static async Task AllAsync(NpgsqlConnection connection, TenantId tenant, PoolId pool, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            """
            UPDATE work_list w SET due_at = least(w.due_at, now())
            FROM (
                SELECT x.instance_id FROM work_list x JOIN pool_members m ON m.tenant_id = $1 AND m.instance_id = x.instance_id
                WHERE m.tenant_id = $1 AND m.pool_id = $2 AND m.role IN ('Active', 'Warming') AND x.kind = 'Outbound'
                ORDER BY x.instance_id FOR UPDATE OF x
            ) due
            WHERE w.kind = 'Outbound' AND w.instance_id = due.instance_id
            """,
            tenant.Value,
            pool.Value
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// One number, where it is in a pool and nobody is at work on it: for callers that hold what whoever works on it wants. A number that could not send while
    /// something waits looks again by itself.
    /// </summary>
    public static async Task IdleAsync(NpgsqlConnection connection, TenantId tenant, InstanceId instance, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            """
            UPDATE work_list w SET due_at = least(w.due_at, now())
            FROM (
                SELECT x.instance_id FROM work_list x WHERE x.kind = 'Outbound' AND x.instance_id = $2
                    AND EXISTS (SELECT FROM pool_members WHERE tenant_id = $1 AND instance_id = $2)
                FOR UPDATE SKIP LOCKED
            ) idle
            WHERE w.kind = 'Outbound' AND w.instance_id = idle.instance_id
            """,
            tenant.Value,
            instance.Value
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
