using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Instances;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>
/// Keeps the journal's queue short: woken by the webhooks of this process, and once a second by what lies in the table, whoever stored it. Several
/// instances at once, each by one worker of one copy at a time.
/// </summary>
public sealed class InboundWorker(
    NpgsqlDataSource database,
    InboundSignal signal,
    InboundBatch batches,
    TimeProvider time,
    ILogger<InboundWorker> log
) : BackgroundService
{
    private const int Parallel = 4;
    private static readonly TimeSpan _poll = TimeSpan.FromSeconds(1);

    // A completing send holds a number's row for a moment, another copy's worker for its batch: asked again ever more rarely.
    private static readonly TimeSpan _heldElsewhere = TimeSpan.FromMilliseconds(15);
    private const int MostDoubled = 3;
    private readonly ConcurrentDictionary<InstanceId, int> _heldTimes = new();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            Enumerable
                .Range(0, Parallel)
                .Select(_ => Task.Run(() => WorkAsync(stoppingToken), CancellationToken.None))
                .Append(Task.Run(() => PollAsync(stoppingToken), CancellationToken.None))
        );

    private async Task WorkAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await ProcessAsync(await signal.NextAsync(stopping), stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What waits is in the table.
        }
    }

    private async Task ProcessAsync(InstanceId instance, CancellationToken stopping)
    {
        try
        {
            var result = await batches.ProcessAsync(instance, stopping);
            if (result == BatchResult.HeldElsewhere)
            {
                // Meanwhile the worker goes on with other numbers.
                var times = _heldTimes.AddOrUpdate(instance, 0, (_, before) => Math.Min(before + 1, MostDoubled));
                _ = signal.RaiseLaterAsync(instance, _heldElsewhere * (1 << times), time, stopping);
                return;
            }

            _heldTimes.TryRemove(instance, out _);
            if (result == BatchResult.More)
            {
                signal.Raise(instance);
            }
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            log.LogWarning("Events of {InstanceId} wait: {Failure}", instance, e.GetType().Name);
            await Task.Delay(_poll, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            log.LogError(e, "Events of {InstanceId} wait after an error", instance);
        }
    }

    private async Task PollAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var command = database.CreateCommand(
                    "SELECT DISTINCT instance_id FROM (SELECT instance_id FROM journal_pending WHERE due_at <= now() ORDER BY journal_id LIMIT 5000) p"
                );
                await using var reader = await command.ExecuteReaderAsync(stopping);
                while (await reader.ReadAsync(stopping))
                {
                    signal.Raise(new InstanceId(reader.GetGuid(0)));
                }
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                log.LogWarning("The journal's queue cannot be read: {Failure}", e.GetType().Name);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(_poll, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
