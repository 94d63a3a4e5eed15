using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Tests.Instances.Pools.Sending;

namespace WhatsAI.Tests.Crash;

/// <summary>A pool of linked numbers on a running console.</summary>
internal static class FailoverWorld
{
    /// <summary>The world's numbers in their order, warm.</summary>
    public static async Task<PoolId> PoolAsync(CrashWorld world, IReadOnlyList<MemberRole> roles)
    {
        var pool = Id.New<PoolId>(DateTimeOffset.UtcNow);
        await world.RunAsync(
            """
            WITH old AS (
                UPDATE instances SET created_at = now() - interval '3 years' WHERE tenant_id = $1
            )
            INSERT INTO pools (id, tenant_id, name, is_official, strategy, is_sticky, pace, rotation_days, failover, created_at)
            VALUES ($2, $1, 'Vendas', false, 'LeastUsed', true, $3::jsonb, 0, '{}', now())
            """,
            pool.Value,
            LaneWorld.Json(LaneWorld.Open)
        );
        await world.RunAsync(
            """
            INSERT INTO pool_members (tenant_id, instance_id, pool_id, role, role_since, cause)
            SELECT $1, t.id, $2, t.role, now(), 'ByPerson' FROM unnest($3::uuid[], $4::text[]) AS t (id, role)
            """,
            pool.Value,
            world.Numbers.Select(n => n.Id.Value).ToArray(),
            roles.Select(r => r.ToString()).ToArray()
        );
        return pool;
    }

    /// <summary>Time that passes in seconds instead of minutes: what paces is set back a minute, again and again.</summary>
    public static async Task HurryAsync(CrashWorld world, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await world.RunAsync(
                """
                WITH earlier AS (
                    UPDATE pace_states SET last_at = last_at - interval '2 minutes', not_before = not_before - interval '2 minutes', in_series = 0 WHERE tenant_id = $1
                )
                UPDATE work_list SET due_at = now() WHERE tenant_id = $1 AND kind = 'Outbound' AND due_at > now()
                """
            );
            await Task.Delay(200, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Through whom people in conversation are served.</summary>
    public static Task<Guid> ServesAsync(CrashWorld world) =>
        world.ScalarAsync<Guid>("SELECT serves_id FROM failovers WHERE tenant_id = $1");

    public static async Task<string> StopwatchAsync(CrashWorld world) =>
        await world.ScalarAsync<string>(
            """
            SELECT 'since the signal: detected ' || extract(epoch FROM detected_at - signal_at) || ' s, promoted ' || extract(epoch FROM promoted_at - signal_at)
                || ' s, first message ' || extract(epoch FROM first_sent_at - signal_at) || ' s, finished ' || extract(epoch FROM finished_at - signal_at)
                || ' s; conversations ' || conversations || ', replies ' || replies
            FROM failovers WHERE tenant_id = $1
            """
        ) ?? "no failover";
}
