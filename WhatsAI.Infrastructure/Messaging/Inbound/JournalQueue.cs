using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>The journal's queue of one instance, in the transaction that holds the instance's row of the work list.</summary>
internal static class JournalQueue
{
    private const short MaxAttempts = 5;

    /// <summary>Bodies of one batch together: a body may be as long as this alone, and four batches are in memory at once.</summary>
    private const long MaxBytes = 8 * 1024 * 1024;

    /// <summary>Events of an instance without a row in the work list stay in the journal, and nobody turns in circles for them.</summary>
    public static async Task<bool> IsListedAsync(NpgsqlConnection connection, InstanceId instance, CancellationToken cancellation)
    {
        await using var command = connection.Sql("SELECT 1 FROM work_list WHERE kind = 'Inbound' AND instance_id = $1", instance.Value);
        return await command.ExecuteScalarAsync(cancellation) is not null;
    }

    public static async Task<(TenantId Tenant, DateTimeOffset Now)?> ClaimAsync(
        NpgsqlConnection connection,
        InstanceId instance,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "SELECT tenant_id, now() FROM work_list WHERE kind = 'Inbound' AND instance_id = $1 FOR UPDATE SKIP LOCKED",
            instance.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (new TenantId(reader.GetGuid(0)), reader.GetFieldValue<DateTimeOffset>(1)) : null;
    }

    /// <summary>The first due rows, at most <paramref name="size"/> and 8 MB of bodies, at least one; and whether more are due.</summary>
    public static async Task<(List<Row> Rows, bool More)> ReadAsync(
        NpgsqlConnection connection,
        InstanceId instance,
        int size,
        CancellationToken cancellation
    )
    {
        // octet_length reads the length only, not the body.
        await using var command = connection.Sql(
            """
            SELECT journal_id, received_at, body, due, gap_id FROM (
                SELECT *, sum(octet_length(body)) OVER (ORDER BY journal_id) AS bytes, row_number() OVER (ORDER BY journal_id) AS place, count(*) OVER () AS due
                FROM (
                    SELECT p.journal_id, j.received_at, j.body, j.gap_id
                    FROM journal_pending p JOIN journal j ON j.id = p.journal_id
                    WHERE p.instance_id = $1 AND p.due_at <= now()
                    ORDER BY p.journal_id LIMIT $2 + 1
                ) first
            ) q
            WHERE place = 1 OR (place <= $2 AND bytes <= $3)
            ORDER BY journal_id
            """,
            instance.Value,
            size,
            MaxBytes
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<Row>();
        var due = 0L;
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(
                new Row(
                    reader.GetInt64(0),
                    reader.GetFieldValue<DateTimeOffset>(1),
                    reader.GetFieldValue<byte[]>(2),
                    reader.IsDBNull(4) ? null : new GapId(reader.GetGuid(4))
                )
            );
            due = reader.GetInt64(3);
        }

        return (rows, due > rows.Count);
    }

    public static async Task MarkAsync(
        NpgsqlConnection connection,
        List<(long Id, Translation Translation, bool Refused)> rows,
        CancellationToken cancellation
    )
    {
        var ids = rows.Select(r => r.Id).ToArray();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(
                    """
                    UPDATE journal j SET event = t.event, problem = t.problem, done_at = CASE WHEN t.problem IS NULL THEN now() END
                    FROM unnest($1, $2, $3) AS t (id, event, problem) WHERE j.id = t.id
                    """
                )
                {
                    Parameters =
                    {
                        new() { Value = ids },
                        new()
                        {
                            Value = rows.Select(r => NameOf(r.Translation)).ToArray(),
                            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
                        },
                        new()
                        {
                            Value = rows.Select(r => r.Refused ? "refused" : ProblemOf(r.Translation)).ToArray(),
                            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
                        },
                    },
                },
                new("DELETE FROM journal_pending WHERE journal_id = ANY ($1)") { Parameters = { new() { Value = ids } } },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static string? NameOf(Translation translation) =>
        translation is Translation.Readable { Event: var name } ? name[..Math.Min(name.Length, 60)] : null;

    internal static string? ProblemOf(Translation translation) =>
        translation switch
        {
            Translation.Unreadable => "unreadable",
            Translation.Readable readable when readable.Events.Any(e => e is Unknown) => "unknown",
            _ => null,
        };

    /// <summary>
    /// A row that failed alone: tried again a few times when it may pass, else shown as failed. By its id: since it failed, another copy may have taken it,
    /// and what is first in the queue now is another.
    /// </summary>
    /// <returns>Whether it is tried again.</returns>
    public static async Task<bool> PutAsideAsync(NpgsqlConnection connection, long row, bool mayPass, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            """
            WITH again AS (
                UPDATE journal_pending SET attempts = attempts + 1, due_at = now() + interval '2 seconds' * power(3, attempts)
                WHERE journal_id = $1 AND $2 AND attempts < $3
            ), given_up AS (
                DELETE FROM journal_pending WHERE journal_id = $1 AND NOT ($2 AND attempts < $3)
                RETURNING journal_id
            )
            UPDATE journal j SET problem = 'failed' FROM given_up WHERE j.id = given_up.journal_id
            """,
            row,
            mayPass,
            MaxAttempts
        );
        // One row is marked where it was given up, none where it waits.
        return await command.ExecuteNonQueryAsync(cancellation) == 0;
    }

    internal sealed record Row(long Id, DateTimeOffset ReceivedAt, byte[] Body, GapId? Gap);
}
