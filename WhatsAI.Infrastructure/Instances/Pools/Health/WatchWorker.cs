using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Health;

/// <summary>What a look needs.</summary>
public sealed record WatchTools(
    NpgsqlDataSource Database,
    TrafficHabits Habits,
    PoolSupervisor Supervisor,
    FailoverRun Failovers,
    EventHub Hub
);

/// <summary>
/// Judges each number when a signal may have changed what it is, when time alone may have, and every two minutes, because proofs age. What the number's pool must
/// do about it is done at once: between a ban and the first message through the backup lies nothing that waits.
/// </summary>
public sealed class WatchWorker(WatchTools watch, WorkTools tools, ILogger<WatchWorker> log)
    : WorkLoop(WorkKind.Watch, slots: 4, tools, log)
{
    private static readonly TimeSpan _every = TimeSpan.FromMinutes(2);

    protected override async Task WorkAsync(HeldClaim held)
    {
        var (claim, ct) = (held.Claim, held.Lost);
        var mine = await WatchDue.BeginAsync(watch.Database, claim, ct);
        // What a killed copy left of a failover of this number comes first.
        await watch.Failovers.FinishOfAsync(claim.Tenant, claim.Instance, ct);
        var looked = await LookAsync(claim, ct);
        if (looked is { Asks: true, Pool: { } pool })
        {
            foreach (var failover in await watch.Supervisor.RunAsync(claim.Tenant, pool, ct))
            {
                await watch.Failovers.FinishAsync(claim.Tenant, failover, ct);
            }
        }

        await WatchDue.GiveBackAsync(
            watch.Database,
            claim,
            mine,
            looked is null ? null
                : looked.Next < _every ? looked.Next
                : Jittered(_every),
            ct
        );
    }

    private async Task<Looked?> LookAsync(WorkClaim claim, CancellationToken ct)
    {
        await using var transaction = await watch.Database.BeginAsync(claim.Tenant, ct);
        var looked = await NumberLook.TakeAsync(transaction.Connection, claim.Tenant, claim.Instance, watch.Habits, ct);
        await transaction.CommitAsync(ct);
        if (looked is { IsShown: true })
        {
            watch.Hub.Publish([
                new InstanceChanged(claim.Tenant, claim.Instance),
                .. looked.Pool is { } pool ? [new PoolChanged(claim.Tenant, pool)] : (ConsoleEvent[])[],
            ]);
        }

        return looked;
    }

    // A thousand numbers that began together are not judged together for ever.
    private static TimeSpan Jittered(TimeSpan wait) => wait * (0.9 + (Random.Shared.NextDouble() * 0.2));
}
