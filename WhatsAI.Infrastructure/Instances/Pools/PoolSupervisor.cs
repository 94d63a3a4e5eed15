using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>
/// Does what follows from what was found of a pool's numbers. The pool's row is locked for it: of two copies that look at the same time the second finds the
/// first one's roles, and nothing left to do.
/// </summary>
public sealed class PoolSupervisor(NpgsqlDataSource database, EventHub hub, WorkSignal work, ILogger<PoolSupervisor> log)
{
    private const int MostCollisions = 5;

    // Each failover may change whom the next one calls.
    private const int MostRounds = 50;

    /// <summary>Failovers that were begun: their conversations are still to be moved (<see cref="FailoverRun"/>).</summary>
    public async Task<IReadOnlyList<FailoverId>> RunAsync(TenantId tenant, PoolId pool, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await OnceAsync(tenant, pool, ct);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && tries < MostCollisions)
            {
                // The server undid it and lets the other one through.
            }
        }
    }

    private async Task<IReadOnlyList<FailoverId>> OnceAsync(TenantId tenant, PoolId pool, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        if (await LockAsync(connection, tenant, pool, ct) is not { } now)
        {
            return [];
        }

        var incidents = await GatewayIncidents.ReadAsync(connection, tenant, now, ct);
        var down = incidents.Select(i => i.Server).ToHashSet();
        var (changed, started, answered) = (new List<InstanceId>(), new List<FailoverId>(), new HashSet<InstanceId>());
        for (var round = 0; round < MostRounds; round++)
        {
            if (await MemberFactsReader.OfPoolAsync(connection, tenant, pool, now, ct) is not { } reading)
            {
                return [];
            }

            var step = PoolSupervision.Steps(reading.Facts, down, now).FirstOrDefault(s => !answered.Contains(s.Instance));
            if (step is null)
            {
                break;
            }

            answered.Add(step.Instance);
            if (step is SupervisionStep.Change change)
            {
                await ChangeAsync(connection, tenant, change, now, ct);
                changed.Add(change.Instance);
            }
            else if (
                step is SupervisionStep.FailOver over
                && await FailoverStart.BeginAsync(connection, tenant, reading, over, down, now, ct) is { } begun
            )
            {
                started.Add(begun.Id);
                changed.AddRange(begun.Plan.Roles.Select(r => r.Instance));
            }
        }

        IReadOnlyList<ConsoleEvent> told = await MemberFactsReader.OfPoolAsync(connection, tenant, pool, now, ct) is { } after
            ? await AlertStep.ApplyAsync(
                connection,
                tenant,
                [await PoolFactsReader.OfAsync(connection, tenant, after, now, ct)],
                Concerning(incidents, after),
                now,
                ct
            )
            : [];
        await transaction.CommitAsync(ct);
        hub.Publish(told);
        if (changed.Count > 0 || started.Count > 0)
        {
            log.LogInformation(
                "Pool {PoolId} of {TenantId}: {Changes} roles changed, {Failovers} failovers",
                pool,
                tenant,
                changed.Count,
                started.Count
            );
            hub.Publish([new PoolChanged(tenant, pool), .. changed.Distinct().Select(i => new InstanceChanged(tenant, i))]);
            work.Raise(WorkKind.Outbound);
        }

        return started;
    }

    private static IReadOnlyList<GatewayIncident> Concerning(IReadOnlyList<GatewayIncident> incidents, PoolReading pool) =>
        [.. incidents.Where(i => pool.Facts.Any(m => m.Server == i.Server))];

    private static async Task ChangeAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        SupervisionStep.Change change,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await MemberRoles.ChangeAsync(
            connection,
            tenant,
            new WantedRole(change.Instance, change.To, change.Cause, Detail: change.Detail),
            now,
            ct
        );
        if (change.Cause == RoleCause.Flapping)
        {
            await QuietAsync(connection, tenant, change.Instance, now, ct);
        }
    }

    /// <summary>The back-off of the next round begins.</summary>
    internal static async Task QuietAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId instance,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var watch = await WatchSql.LockAsync(connection, tenant, instance, ct);
        await WatchSql.WriteAsync(connection, tenant, instance, WatchRules.Quarantined(watch, now), ct);
        // It comes back by time alone.
        await WorkList.DueAsync(connection, WorkKind.Watch, instance, ct, TimeSpan.FromMinutes(1));
    }

    /// <summary>The database's clock; null: the pool is gone. Not against references to it: members may be read and messages queued meanwhile.</summary>
    internal static async Task<DateTimeOffset?> LockAsync(NpgsqlConnection connection, TenantId tenant, PoolId pool, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "SELECT clock_timestamp() FROM pools WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE",
            tenant.Value,
            pool.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? reader.GetFieldValue<DateTimeOffset>(0) : null;
    }
}
