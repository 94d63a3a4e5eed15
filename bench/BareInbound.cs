using System.Diagnostics;
using Npgsql;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Bench;

/// <summary>
/// What the machine can do at most for inbound messages: their rows, heads and counters written by set in transactions of 50, four connections at
/// once, nothing looked up, translated or decided. The tables are copies of the real ones with all their indexes, without policies and foreign keys.
/// </summary>
internal sealed class BareInbound(World world, int count)
{
    private const int Size = 50;

    public Task PrepareAsync() =>
        world.RunAsync(
            """
            CREATE TABLE bench_messages (LIKE messages INCLUDING ALL);
            CREATE TABLE bench_heads (LIKE conversation_heads INCLUDING ALL);
            CREATE TABLE bench_counts (LIKE conversation_counts INCLUDING ALL);
            INSERT INTO bench_heads SELECT * FROM conversation_heads;
            INSERT INTO bench_counts SELECT * FROM conversation_counts;
            """
        );

    /// <summary>Messages a second.</summary>
    public async Task<double> RunAsync(int round)
    {
        var next = -1;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        await using var connection = await world.Admin.OpenConnectionAsync();
                        while (Interlocked.Increment(ref next) is var batch && batch < count / Size)
                        {
                            await WriteAsync(connection, round, batch);
                        }
                    })
                )
        );
        return count / watch.Elapsed.TotalSeconds;
    }

    private async Task WriteAsync(NpgsqlConnection connection, int round, int batch)
    {
        var instance = world.Numbers[batch % world.Numbers.Count].Id.Value;
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = connection.Sql(
            """
            WITH thread AS (
                SELECT conversation_id, row_number() OVER (ORDER BY conversation_id) AS n FROM bench_heads WHERE instance_id = $2 ORDER BY conversation_id OFFSET $5 LIMIT $4
            ), stored AS (
                INSERT INTO bench_messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, provider_id, sent_at, created_at,
                    media_attempts, attempts, settle_count)
                SELECT gen_random_uuid(), $1, conversation_id, $2, 'In', 'Customer', 'Text', repeat('.', 150), jsonb_build_object('k', 'text', 'text', repeat('.', 150)),
                    $3 || n, now(), now(), 0, 0, 0
                FROM thread
                ON CONFLICT (tenant_id, instance_id, provider_id) WHERE provider_id IS NOT NULL DO NOTHING
            ), counted AS (
                UPDATE bench_counts SET unread = unread + 1 WHERE tenant_id = $1 AND instance_id = $2
            )
            UPDATE bench_heads h SET last_at = now(), unread = unread + 1, last_preview = repeat('.', 150) FROM thread
            WHERE h.tenant_id = $1 AND h.conversation_id = thread.conversation_id
            """,
            world.Tenant.Value,
            instance,
            $"B{round}.{batch}.",
            Size,
            batch * 7 % 300
        );
        await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }
}
