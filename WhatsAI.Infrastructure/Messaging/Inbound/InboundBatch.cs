using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Gateways.Evolution;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

public enum BatchResult
{
    Done,

    /// <summary>There may be more to process at once.</summary>
    More,
    HeldElsewhere,
}

/// <summary>
/// Turns up to 50 journal rows of one instance into contacts, conversations and messages, in one transaction. The row lock in the work list is lease and
/// fence. On an error the rows are taken one by one; the one that fails is marked, visible and can be replayed.
/// </summary>
public sealed class InboundBatch(
    NpgsqlDataSource database,
    InboundPipeline pipeline,
    TenantSettingsCache tenants,
    EventHub hub,
    WorkSignal work,
    ILogger<InboundBatch> log
)
{
    private const int Size = 50;
    private const int MaxAttempts = 5;

    public async Task<BatchResult> ProcessAsync(InstanceId instance, CancellationToken cancellation)
    {
        try
        {
            return await ProcessAsync(instance, Size, cancellation);
        }
        catch (Exception e) when (IsAboutTheContent(e))
        {
            log.LogWarning("A batch of {InstanceId} is repeated event by event: {Failure}", instance, Describe(e));
            return await OneByOneAsync(instance, cancellation);
        }
    }

    private async Task<BatchResult> OneByOneAsync(InstanceId instance, CancellationToken cancellation)
    {
        for (var i = 0; i < Size; i++)
        {
            try
            {
                var result = await ProcessAsync(instance, 1, cancellation);
                if (result != BatchResult.More)
                {
                    return result;
                }
            }
            catch (Exception e) when (IsAboutTheContent(e))
            {
                await PutAsideAsync(instance, e, cancellation);
            }
        }

        return BatchResult.More;
    }

    private async Task<BatchResult> ProcessAsync(InstanceId instance, int size, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await ClaimAsync(connection, instance, cancellation) is not { } claimed)
        {
            return await IsListedAsync(connection, instance, cancellation) ? BatchResult.HeldElsewhere : BatchResult.Done;
        }

        using var scope = log.About(claimed.Tenant, instance);
        await connection.EnterAsync(claimed.Tenant, cancellation);
        var rows = await ReadAsync(connection, instance, size, cancellation);
        if (rows.Count == 0)
        {
            return BatchResult.Done;
        }

        var translated = rows.ConvertAll(r => (Row: r, Translation: EvolutionTranslator.Translate(r.Body)));
        var context = new InboundContext
        {
            Connection = connection,
            Tenant = claimed.Tenant,
            Instance = instance,
            Now = claimed.Now,
            Settings = await tenants.OfAsync(claimed.Tenant, cancellation),
            Items = translated.ConvertAll(t => new JournalItem(t.Row.Id, t.Row.ReceivedAt, EventsOf(t.Translation))),
        };
        await pipeline.RunAsync(context, cancellation);
        await MarkAsync(connection, translated.ConvertAll(t => (t.Row.Id, t.Translation)), cancellation);
        foreach (var kind in context.Due.Order())
        {
            await WorkList.DueAsync(connection, kind, instance, cancellation);
        }

        await transaction.CommitAsync(cancellation);
        hub.Publish(context.Changes.Append(new JournalChanged(claimed.Tenant, instance)));
        foreach (var kind in context.Due)
        {
            work.Raise(kind);
        }

        return rows.Count == size ? BatchResult.More : BatchResult.Done;
    }

    /// <summary>Events of an instance without a row in the work list stay in the journal, and nobody turns in circles for them.</summary>
    private static async Task<bool> IsListedAsync(NpgsqlConnection connection, InstanceId instance, CancellationToken cancellation)
    {
        await using var command = connection.Sql("SELECT 1 FROM work_list WHERE kind = 'Inbound' AND instance_id = $1", instance.Value);
        return await command.ExecuteScalarAsync(cancellation) is not null;
    }

    private static async Task<(TenantId Tenant, DateTimeOffset Now)?> ClaimAsync(
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

    private static async Task<List<Row>> ReadAsync(
        NpgsqlConnection connection,
        InstanceId instance,
        int size,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT p.journal_id, j.received_at, j.body
            FROM journal_pending p JOIN journal j ON j.id = p.journal_id
            WHERE p.instance_id = $1 AND p.due_at <= now()
            ORDER BY p.journal_id LIMIT $2
            """,
            instance.Value,
            size
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<Row>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new Row(reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<byte[]>(2)));
        }

        return rows;
    }

    private static IReadOnlyList<GatewayEvent> EventsOf(Translation translation) =>
        translation is Translation.Readable readable ? readable.Events : [];

    private static async Task MarkAsync(
        NpgsqlConnection connection,
        List<(long Id, Translation Translation)> rows,
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
                            Value = rows.Select(r => ProblemOf(r.Translation)).ToArray(),
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

    private static string? ProblemOf(Translation translation) =>
        translation switch
        {
            Translation.Unreadable => "unreadable",
            Translation.Readable readable when readable.Events.Any(e => e is Unknown) => "unknown",
            _ => null,
        };

    /// <summary>Marks the first pending row, which just failed alone: tried again a few times when it may pass, else shown as failed.</summary>
    private async Task PutAsideAsync(InstanceId instance, Exception failure, CancellationToken cancellation)
    {
        log.LogError("An event of {InstanceId} cannot be processed: {Failure}", instance, Describe(failure));
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await ClaimAsync(connection, instance, cancellation) is not { } claimed)
        {
            return;
        }

        await connection.EnterAsync(claimed.Tenant, cancellation);
        await using var command = connection.Sql(
            """
            WITH first AS (
                SELECT journal_id, attempts FROM journal_pending WHERE instance_id = $1 AND due_at <= now() ORDER BY journal_id LIMIT 1
            ), again AS (
                UPDATE journal_pending p SET attempts = p.attempts + 1, due_at = now() + interval '2 seconds' * power(3, p.attempts)
                FROM first WHERE p.journal_id = first.journal_id AND $2 AND first.attempts < $3
                RETURNING p.journal_id
            ), given_up AS (
                DELETE FROM journal_pending p USING first
                WHERE p.journal_id = first.journal_id AND NOT ($2 AND first.attempts < $3)
                RETURNING p.journal_id
            )
            UPDATE journal j SET problem = 'failed' FROM given_up WHERE j.id = given_up.journal_id
            """,
            instance.Value,
            failure is PostgresException { IsTransient: true },
            (short)MaxAttempts
        );
        await command.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        hub.Publish(new JournalChanged(claimed.Tenant, instance));
    }

    // A lost connection says nothing of the content; a refused statement or a bug does.
    private static bool IsAboutTheContent(Exception e) =>
        e is PostgresException or not (NpgsqlException or OperationCanceledException or TimeoutException or IOException);

    private static string Describe(Exception e) =>
        e is PostgresException postgres ? $"{postgres.SqlState} {postgres.TableName} {postgres.ConstraintName}" : e.GetType().Name;

    private sealed record Row(long Id, DateTimeOffset ReceivedAt, byte[] Body);
}
