using Npgsql;
using WhatsAI.Core.Analytics;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Work;

/// <summary>A pool while one transaction decides about it.</summary>
internal static class PoolLock
{
    /// <summary>After the day has ended: what was sent in its last second is counted by then.</summary>
    private static readonly TimeSpan _settled = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan _often = TimeSpan.FromHours(1);

    /// <summary>
    /// The pool's row, then its members' by number, so that nobody changes a role between the look and the decision. Null: there is no such pool, or nobody is
    /// in it.
    /// </summary>
    public static async Task<PoolReading?> LockAsync(NpgsqlConnection connection, PoolTurn turn, CancellationToken ct)
    {
        foreach (
            var sql in (string[])
                [
                    "SELECT 1 FROM pools WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE",
                    "SELECT 1 FROM pool_members WHERE tenant_id = $1 AND pool_id = $2 ORDER BY instance_id FOR NO KEY UPDATE",
                ]
        )
        {
            await using var command = connection.Sql(sql, turn.Tenant.Value, turn.Pool.Value);
            await command.ExecuteNonQueryAsync(ct);
        }

        return await MemberFactsReader.OfPoolAsync(connection, turn.Tenant, turn.Pool, turn.Now, ct);
    }

    /// <summary>
    /// Until a little after the company's day ends, or an hour: a zone that was changed, a member that came or went is noticed without being told.
    /// </summary>
    public static TimeSpan UntilNext(PoolReading? pool, DateTimeOffset now)
    {
        if (pool is null)
        {
            return _often;
        }

        var tomorrow = LocalDays.StartOf(LocalDays.Of(now - _settled, pool.Zone).AddDays(1), pool.Zone) + _settled - now;
        return tomorrow < _often ? tomorrow : _often;
    }
}
