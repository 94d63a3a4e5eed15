using Npgsql;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Work;

/// <summary>A pool whose time has come.</summary>
/// <param name="Now">The database's clock when it was taken.</param>
/// <param name="Until">When it is due again unless it is given back before.</param>
internal sealed record PoolTurn(PoolWorkKind Kind, TenantId Tenant, PoolId Pool, DateTimeOffset Now, DateTimeOffset Until);

/// <summary>
/// Which pools are due, by the database's clock. Taking one puts its time ahead, so no lease is kept and a killed copy's pools are due again by themselves;
/// what is done to a pool is fenced by its row's lock and decided anew under it.
/// </summary>
internal sealed class PoolWorkList(NpgsqlDataSource database)
{
    /// <summary>After a crash a pool's work rests at most this long.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromSeconds(20);

    /// <summary>Takes up to <paramref name="most"/> due pools, longest due first.</summary>
    public async Task<IReadOnlyList<PoolTurn>> TakeAsync(PoolWorkKind kind, int most, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = connection.Sql(
            """
            UPDATE pool_work w SET due_at = now() + $3
            FROM (SELECT pool_id FROM pool_work WHERE kind = $1 AND due_at <= now() ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED) due
            WHERE w.kind = $1 AND w.pool_id = due.pool_id
            RETURNING w.tenant_id, w.pool_id, now(), w.due_at
            """,
            kind.ToString(),
            most,
            Again
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var turns = new List<PoolTurn>();
        while (await reader.ReadAsync(cancellation))
        {
            turns.Add(
                new PoolTurn(
                    kind,
                    new TenantId(reader.GetGuid(0)),
                    new PoolId(reader.GetGuid(1)),
                    reader.GetFieldValue<DateTimeOffset>(2),
                    reader.GetFieldValue<DateTimeOffset>(3)
                )
            );
        }

        return turns;
    }

    /// <summary>Says when it is due next; whoever made it due meanwhile stays heard.</summary>
    /// <param name="after">From when it was taken.</param>
    public async Task GiveBackAsync(PoolTurn turn, TimeSpan after, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = connection.Sql(
            "UPDATE pool_work SET due_at = $4 WHERE kind = $1 AND pool_id = $2 AND due_at = $3",
            turn.Kind.ToString(),
            turn.Pool.Value,
            turn.Until.ToUniversalTime(),
            (turn.Now + after).ToUniversalTime()
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Makes it due now, in the caller's transaction.</summary>
    public static async Task DueAsync(NpgsqlConnection connection, PoolWorkKind kind, PoolId pool, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            "UPDATE pool_work SET due_at = least(due_at, now()) WHERE kind = $1 AND pool_id = $2",
            kind.ToString(),
            pool.Value
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
