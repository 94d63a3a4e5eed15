using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Duplicates;
using WhatsAI.Infrastructure.Contacts.Privacy;
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
/// Turns up to 50 journal rows (8 MB) of one instance into contacts, conversations and messages, in one transaction. The row lock in the work list is lease and
/// fence. On an error the rows are taken one by one; the one that fails is marked, visible and can be replayed.
/// </summary>
public sealed class InboundBatch(
    NpgsqlDataSource database,
    InboundPipeline pipeline,
    TenantSettingsCache tenants,
    IHeadClocks clocks,
    ContactMerges merges,
    ErasedPeople erased,
    EventHub hub,
    WorkSignal work,
    ILogger<InboundBatch> log
)
{
    private const int Size = 50;
    private const int MostCollisions = 5;

    public async Task<BatchResult> ProcessAsync(InstanceId instance, CancellationToken cancellation)
    {
        try
        {
            return await TakeAsync(instance, Size, [], cancellation);
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
            var taken = new List<long>();
            try
            {
                var result = await TakeAsync(instance, 1, taken, cancellation);
                if (result != BatchResult.More)
                {
                    return result;
                }
            }
            catch (Exception e) when (IsAboutTheContent(e) && taken is [var bad])
            {
                await PutAsideAsync(instance, bad, e, cancellation);
            }
        }

        return BatchResult.More;
    }

    /// <summary>
    /// As often as it collides with another transaction (batches of two numbers that share contacts, an answer being queued): the server undid it to let the
    /// other through, which says nothing of any row. In the end the worker waits a moment and begins again.
    /// </summary>
    private async Task<BatchResult> TakeAsync(InstanceId instance, int size, List<long> taken, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                taken.Clear();
                return await ProcessAsync(instance, size, taken, cancellation);
            }
            catch (PostgresException e) when (IsCollision(e) && tries < MostCollisions)
            {
                log.LogInformation("A batch of {InstanceId} met another and is repeated: {Failure}", instance, e.SqlState);
            }
        }
    }

    /// <param name="taken">Filled with the journal's ids of the rows this is about, for whoever must know when it fails.</param>
    private async Task<BatchResult> ProcessAsync(InstanceId instance, int size, List<long> taken, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await JournalQueue.ClaimAsync(connection, instance, cancellation) is not { } claimed)
        {
            return await JournalQueue.IsListedAsync(connection, instance, cancellation) ? BatchResult.HeldElsewhere : BatchResult.Done;
        }

        using var scope = log.About(claimed.Tenant, instance);
        var began = Stopwatch.GetTimestamp();
        await connection.EnterAsync(claimed.Tenant, cancellation);
        var (rows, more) = await JournalQueue.ReadAsync(connection, instance, size, cancellation);
        if (rows.Count == 0)
        {
            return BatchResult.Done;
        }

        taken.AddRange(rows.Select(r => r.Id));
        var translated = rows.ConvertAll(r => (Row: r, Translation: EvolutionTranslator.Translate(r.Body)));
        var context = new InboundContext
        {
            Connection = connection,
            Tenant = claimed.Tenant,
            Instance = instance,
            Now = claimed.Now,
            Settings = await tenants.OfAsync(claimed.Tenant, cancellation),
            Clock = await clocks.OfAsync(claimed.Tenant, cancellation),
            Merges = merges,
            Erased = erased,
            Items = translated.ConvertAll(t => new JournalItem(t.Row.Id, t.Row.ReceivedAt, EventsOf(t.Translation), t.Row.Gap)),
        };
        await pipeline.RunAsync(context, cancellation);
        await JournalQueue.MarkAsync(
            connection,
            translated.ConvertAll(t => (t.Row.Id, t.Translation, context.Refused.Contains(t.Row.Id))),
            cancellation
        );
        foreach (var kind in context.Due.Order())
        {
            await WorkList.DueAsync(connection, kind, instance, cancellation);
        }

        if (context.WakeAt is { } wake)
        {
            await WorkList.DueAtAsync(connection, WorkKind.Later, instance, wake, cancellation);
        }

        await transaction.CommitAsync(cancellation);
        var took = Stopwatch.GetElapsedTime(began);
        translated.ForEach(t => InboundMeter.Processed(t.Translation, claimed.Now - t.Row.ReceivedAt + took));
        hub.Publish(context.Changes.Append(new JournalChanged(claimed.Tenant, instance)));
        foreach (var kind in context.Due)
        {
            work.Raise(kind);
        }

        return more ? BatchResult.More : BatchResult.Done;
    }

    private static IReadOnlyList<GatewayEvent> EventsOf(Translation translation) =>
        translation is Translation.Readable readable ? readable.Events : [];

    /// <summary>Marks the row that just failed alone: tried again a few times when it may pass, else shown as failed.</summary>
    private async Task PutAsideAsync(InstanceId instance, long row, Exception failure, CancellationToken cancellation)
    {
        log.LogError("Event {JournalId} of {InstanceId} cannot be processed: {Failure}", row, instance, Describe(failure));
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await JournalQueue.ClaimAsync(connection, instance, cancellation) is not { } claimed)
        {
            return;
        }

        await connection.EnterAsync(claimed.Tenant, cancellation);
        var again = await JournalQueue.PutAsideAsync(connection, row, failure is PostgresException { IsTransient: true }, cancellation);
        await transaction.CommitAsync(cancellation);
        InboundMeter.Failed(again);
        hub.Publish(new JournalChanged(claimed.Tenant, instance));
    }

    private static bool IsCollision(Exception e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    // A lost connection or a collision says nothing of the content; a refused statement or a bug does.
    private static bool IsAboutTheContent(Exception e) =>
        !IsCollision(e)
        && (e is PostgresException or not (NpgsqlException or OperationCanceledException or TimeoutException or IOException));

    private static string Describe(Exception e) =>
        e is PostgresException postgres ? $"{postgres.SqlState} {postgres.TableName} {postgres.ConstraintName}" : e.GetType().Name;
}
