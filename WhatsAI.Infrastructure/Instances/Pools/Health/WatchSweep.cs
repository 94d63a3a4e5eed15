using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Health;

/// <summary>
/// Finds the numbers that nobody will look at: no time was ever set for the next look, or the one who set it died. Each look sets the next one's time, so this finds
/// something only after a failure; the work list holds ids only, so it needs no company's door.
/// </summary>
public sealed class WatchSweep(NpgsqlDataSource database, WorkSignal work, ILogger<WatchSweep> log)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    /// <summary>How many numbers were made due.</summary>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        try
        {
            await using var command = database.CreateCommand(
                """
                UPDATE work_list SET due_at = now(), lease_until = NULL
                WHERE kind = 'Watch' AND (due_at IS NULL OR due_at > now() + interval '10 minutes' OR lease_until < now() - interval '1 second')
                    AND (lease_until IS NULL OR lease_until < now())
                """
            );
            var found = await command.ExecuteNonQueryAsync(ct);
            if (found > 0)
            {
                work.Raise(WorkKind.Watch);
                log.LogInformation("{Numbers} numbers that nobody would have looked at are looked at now", found);
            }

            return found;
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            log.LogInformation("Numbers that nobody looks at cannot be looked for now ({Failure})", e.GetType().Name);
            return 0;
        }
    }
}
