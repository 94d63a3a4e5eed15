using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace WhatsAI.Infrastructure.Retention;

/// <summary>
/// Sweeps once an hour. A loop and not a scheduled job: there is no scheduler in the program yet, the hour does not matter, and the lock in the database
/// already says which copy does it. When campaigns bring the scheduler, this becomes one of its wakes.
/// </summary>
internal sealed class RetentionLoop(RetentionSweep sweep, TimeProvider time, ILogger<RetentionLoop> log) : BackgroundService
{
    private static readonly TimeSpan _first = TimeSpan.FromMinutes(1); // a start has better things to do
    private static readonly TimeSpan _every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = _first;
        while (true)
        {
            await Task.Delay(wait, time, stoppingToken);
            wait = _every;
            try
            {
                await sweep.RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                RetentionMeter.Swept("failed");
                log.LogWarning("Retention was interrupted and goes on in an hour: {Failure}", e.GetType().Name);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                RetentionMeter.Swept("failed");
                log.LogError(e, "Retention failed");
            }
        }
    }
}
