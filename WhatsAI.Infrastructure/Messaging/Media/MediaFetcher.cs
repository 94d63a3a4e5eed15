using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Messaging.Media;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Media;

/// <summary>Fetches the files that customers' messages name, a few at a time for each number.</summary>
public sealed class MediaFetcher(NpgsqlDataSource database, MediaFetch fetch, EventHub hub, WorkTools tools, ILogger<MediaFetcher> log)
    : WorkLoop(WorkKind.Media, Numbers, tools, log)
{
    private const int Numbers = 8;
    private const int FilesOfANumber = 4;
    private const int Batch = 20;
    private readonly TimeProvider _time = tools.Time;

    protected override Task WorkAsync(HeldClaim held) => FetchDueAsync(held);

    internal async Task FetchDueAsync(HeldClaim held)
    {
        var wait = TimeSpan.Zero;
        while (wait == TimeSpan.Zero && await DueAsync(held) is { Count: > 0 } due)
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = FilesOfANumber, CancellationToken = held.Lost };
            await Parallel.ForEachAsync(
                due,
                options,
                async (pending, lost) =>
                {
                    if (wait == TimeSpan.Zero && await FetchAsync(held.Claim, pending, lost) is { } later)
                    {
                        wait = later;
                    }
                }
            );
        }

        await database.GiveBackAsync(held.Claim, c => MediaSql.NextDueAsync(c, held.Claim, wait, held.Lost), held.Lost);
    }

    private async Task<IReadOnlyList<PendingMedia>> DueAsync(HeldClaim held)
    {
        await using var transaction = await database.BeginAsync(held.Claim.Tenant, held.Lost);
        return await MediaSql.DueAsync(transaction.Connection, held.Claim.Tenant, held.Claim.Instance, Batch, held.Lost);
    }

    /// <summary>How long the whole number has to wait; null when it may go on.</summary>
    private async Task<TimeSpan?> FetchAsync(WorkClaim claim, PendingMedia pending, CancellationToken cancellation)
    {
        var media = MessageBodyJson.Read(pending.Body).File;
        var outcome = await fetch.RunAsync(claim.Tenant, claim.Instance, media, cancellation);
        if (await RecordAsync(claim, pending, outcome, cancellation))
        {
            hub.Publish(new MessageChanged(claim.Tenant, pending.Conversation, pending.Message));
        }

        return Told(claim, outcome);
    }

    /// <summary>Whether the message looks different now.</summary>
    private async Task<bool> RecordAsync(WorkClaim claim, PendingMedia pending, FetchOutcome outcome, CancellationToken cancellation)
    {
        await using var transaction = await database.BeginAsync(claim.Tenant, cancellation);
        var (connection, tenant, message, failed) = (transaction.Connection, claim.Tenant, pending.Message, pending.Attempts + 1);
        var different = false;
        switch (outcome)
        {
            case FetchOutcome.Stored stored:
                different = await MediaSql.ReadyAsync(connection, tenant, message, stored, _time.GetUtcNow(), cancellation);
                break;
            case FetchOutcome.Never never:
                different = await MediaSql.FailedAsync(connection, tenant, message, failed, never.Reason, cancellation);
                break;
            case FetchOutcome.Failed when MediaRetry.Wait(failed) is { } wait:
                await MediaSql.AgainAsync(connection, tenant, message, failed, wait, cancellation);
                break;
            case FetchOutcome.Failed:
                different = await MediaSql.FailedAsync(connection, tenant, message, failed, MediaFetch.Unavailable, cancellation);
                break;
            case FetchOutcome.Later later:
                // Behind the others: one file that is always answered like this must not keep them waiting.
                await MediaSql.AgainAsync(connection, tenant, message, pending.Attempts, later.Wait, cancellation);
                break;
        }

        await transaction.CommitAsync(cancellation);
        return different;
    }

    private TimeSpan? Told(WorkClaim claim, FetchOutcome outcome)
    {
        switch (outcome)
        {
            case FetchOutcome.Later later:
                log.LogDebug("Media of {InstanceId} waits: {Failure}", claim.Instance, later.Why);
                return later.Wait;
            case FetchOutcome.Failed failed:
                log.LogInformation("A file of {InstanceId} was not given: {Failure}", claim.Instance, failed.Why);
                return null;
            default:
                return null;
        }
    }
}
