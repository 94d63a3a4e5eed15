using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>
/// Stores webhooks before they are acknowledged. Calls that come together share one multi-row insert and one commit; each returns when its own row is
/// durable. Order within an instance is that of the ids, which says nothing of the order of commits: never read by "greater than the last id".
/// </summary>
public sealed class Journal(NpgsqlDataSource database, InboundSignal signal, ILogger<Journal> log) : BackgroundService
{
    private const int MaxRows = 256;
    private const int MaxBytes = 8 * 1024 * 1024;
    private const int Writers = 2;

    // A row and its place in the queue in one statement. No RETURNING: outside a tenant the rows cannot be read back.
    private const string AppendSql = """
        WITH fresh AS MATERIALIZED (
            SELECT nextval('journal_id_seq') AS id, t.tenant_id, t.instance_id, t.body, t.gap_id
            FROM unnest($1, $2, $3, $4) AS t (tenant_id, instance_id, body, gap_id)
        ), stored AS (
            INSERT INTO journal (id, tenant_id, instance_id, received_at, body, gap_id)
            SELECT id, tenant_id, instance_id, now(), body, gap_id FROM fresh
        )
        INSERT INTO journal_pending (journal_id, tenant_id, instance_id, due_at, attempts)
        SELECT id, tenant_id, instance_id, now(), 0 FROM fresh
        """;

    private readonly Channel<Entry> _queue = Channel.CreateBounded<Entry>(4_096);

    /// <summary>Returns when the body is durable. The gateway's keys in it are blotted out, in the given array.</summary>
    /// <exception cref="NpgsqlException">It is not: the caller must not acknowledge.</exception>
    /// <exception cref="OperationCanceledException">Given up waiting; the body may still be stored, which does no harm.</exception>
    /// <param name="gap">For what the gateway was asked for: the gap it fills.</param>
    public async Task AppendAsync(TenantId tenant, InstanceId instance, byte[] body, CancellationToken cancellation, GapId? gap = null)
    {
        JournalSecrets.Blot(body);
        var entry = new Entry(tenant, instance, body, gap);
        var began = Stopwatch.GetTimestamp();
        await _queue.Writer.WriteAsync(entry, cancellation);
        await entry.Stored.Task.WaitAsync(cancellation);
        if (gap is null)
        {
            JournalMeter.Appended(body.Length, Stopwatch.GetElapsedTime(began));
        }

        signal.Raise(instance);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(() => WriteAsync(stoppingToken), CancellationToken.None)));

    private async Task WriteAsync(CancellationToken stopping)
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stopping))
            {
                var batch = Gather();
                if (batch.Count > 0)
                {
                    await StoreAsync(batch);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What still waits is answered 503 by its own deadline.
        }
    }

    private List<Entry> Gather()
    {
        var batch = new List<Entry>();
        var bytes = 0;
        while (batch.Count < MaxRows && bytes < MaxBytes && _queue.Reader.TryRead(out var entry))
        {
            batch.Add(entry);
            bytes += entry.Body.Length;
        }

        return batch;
    }

    private async Task StoreAsync(List<Entry> batch)
    {
        try
        {
            await using var command = database.CreateCommand(AppendSql);
            command.CommandTimeout = 5;
            command.Parameters.Add(Array(NpgsqlDbType.Uuid, batch.ConvertAll(e => e.Tenant.Value).ToArray()));
            command.Parameters.Add(Array(NpgsqlDbType.Uuid, batch.ConvertAll(e => e.Instance.Value).ToArray()));
            command.Parameters.Add(Array(NpgsqlDbType.Bytea, batch.ConvertAll(e => e.Body).ToArray()));
            command.Parameters.Add(Array(NpgsqlDbType.Uuid, batch.ConvertAll(e => e.Gap?.Value).ToArray()));
            await command.ExecuteNonQueryAsync();
            batch.ForEach(e => e.Stored.TrySetResult());
        }
        catch (Exception e)
        {
            log.LogError("{Count} webhooks could not be stored and were not acknowledged: {Failure}", batch.Count, e.GetType().Name);
            batch.ForEach(entry => entry.Stored.TrySetException(e));
        }
    }

    private static NpgsqlParameter Array(NpgsqlDbType type, object values) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | type, Value = values };

    private sealed record Entry(TenantId Tenant, InstanceId Instance, byte[] Body, GapId? Gap)
    {
        public TaskCompletionSource Stored { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
