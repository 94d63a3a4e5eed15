using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>Looks once a second for companies that have something to tell: one query over a list that is mostly empty.</summary>
internal sealed class AlertWorker(NpgsqlDataSource database, AlertPosting posting, TimeProvider time, ILogger<AlertWorker> log)
    : BackgroundService
{
    /// <summary>Companies at once: one whose channels all hang holds up no other.</summary>
    private const int Slots = 16;

    private static readonly TimeSpan _poll = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _free = new(Slots, Slots);

    /// <summary>Until nothing is due any more.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (await DeliverySql.TakeAsync(database, Slots, ct) is { Count: > 0 } turns)
        {
            await Task.WhenAll(turns.Select(t => RunAsync(t, ct)));
        }
    }

    public override void Dispose()
    {
        _free.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_poll, time);
        try
        {
            do
            {
                await LookAsync(stoppingToken);
            } while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was being told is marked as doubtful, and another copy goes on with it.
        }

        for (var i = 0; i < Slots; i++)
        {
            await _free.WaitAsync(CancellationToken.None);
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        try
        {
            foreach (var turn in await DeliverySql.TakeAsync(database, Math.Max(_free.CurrentCount, 1), stopping))
            {
                await _free.WaitAsync(stopping);
                _ = Task.Run(
                    async () =>
                    {
                        try
                        {
                            await RunAsync(turn, stopping);
                        }
                        finally
                        {
                            _free.Release();
                        }
                    },
                    CancellationToken.None
                );
            }
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            log.LogInformation("Alerts cannot be told now ({Failure})", e.GetType().Name);
        }
    }

    private async Task RunAsync(TellingTurn turn, CancellationToken ct)
    {
        try
        {
            await posting.RunAsync(turn, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The turn is due again by itself.
        }
        catch (Exception e)
        {
            log.LogError(e, "Telling the alerts of {TenantId} failed; it is taken up again", turn.Tenant);
        }
    }
}
