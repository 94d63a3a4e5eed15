using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Work;

/// <summary>The preventive change: announced the day before, done on its day, in one transaction with the end of the announcement.</summary>
internal sealed class RotationWork(NpgsqlDataSource database, EventHub hub) : IPoolWork
{
    public PoolWorkKind Kind => PoolWorkKind.Rotation;

    public async Task<TimeSpan> RunAsync(PoolTurn turn, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(turn.Tenant, ct);
        var connection = transaction.Connection;
        var reading = await PoolLock.LockAsync(connection, turn, ct);
        if (reading is not null && await StepAsync(connection, turn, reading, ct))
        {
            await transaction.CommitAsync(ct);
            hub.Publish(new PoolChanged(turn.Tenant, turn.Pool));
        }

        return PoolLock.UntilNext(reading, turn.Now);
    }

    /// <summary>Whether anything changed.</summary>
    private static async Task<bool> StepAsync(NpgsqlConnection connection, PoolTurn turn, PoolReading reading, CancellationToken ct)
    {
        var pool = await PoolAsync(connection, turn, reading, ct);
        var step = Rotation.Next(pool, [.. reading.Facts], await IsTroubledAsync(connection, turn, ct), turn.Now, reading.Zone);
        switch (step)
        {
            case RotationStep.Announce(var plan):
                return await AnnounceAsync(connection, turn, plan, ct);
            case RotationStep.Await(var plan):
                return plan != pool.Announced && await AnnounceAsync(connection, turn, plan, ct);
            case RotationStep.Perform(var plan):
                // Who takes over first, so that the pool is never without one.
                await ChangeAsync(connection, turn, new WantedRole(plan.TakesOver, MemberRole.Active, RoleCause.Rotation), ct);
                await ChangeAsync(connection, turn, new WantedRole(plan.Rests, MemberRole.Backup, RoleCause.Rotation), ct);
                return await AnnounceAsync(connection, turn, plan: null, ct);
            default:
                return pool.Announced is not null && await AnnounceAsync(connection, turn, plan: null, ct);
        }
    }

    private static async Task<Pool> PoolAsync(NpgsqlConnection connection, PoolTurn turn, PoolReading reading, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "SELECT rotation_days FROM pools WHERE tenant_id = $1 AND id = $2",
            turn.Tenant.Value,
            turn.Pool.Value
        );
        var pool = new Pool(turn.Pool, turn.Tenant, reading.Name, reading.IsOfficial, turn.Now);
        pool.Announce(reading.Announced);
        if (!reading.IsOfficial)
        {
            pool.Rotate(await command.ExecuteScalarAsync(ct) is int days ? days : 0);
        }

        return pool;
    }

    /// <summary>A number failed or took over within a day: the roles' own history says so, whoever changed them.</summary>
    private static async Task<bool> IsTroubledAsync(NpgsqlConnection connection, PoolTurn turn, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT EXISTS (SELECT FROM role_changes
                WHERE tenant_id = $1 AND pool_id = $2 AND cause IN ('Failover', 'Failed', 'Flapping') AND at > $3)
            """,
            turn.Tenant.Value,
            turn.Pool.Value,
            turn.Now.AddDays(-1).ToUniversalTime()
        );
        return await command.ExecuteScalarAsync(ct) is true;
    }

    private static async Task<bool> AnnounceAsync(NpgsqlConnection connection, PoolTurn turn, RotationPlan? plan, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "UPDATE pools SET announced = $3 WHERE tenant_id = $1 AND id = $2",
            turn.Tenant.Value,
            turn.Pool.Value,
            JsonParameter.Of(plan is null ? null : JsonSerializer.Serialize(plan, PoolMapping.Json))
        );
        return await command.ExecuteNonQueryAsync(ct) > 0;
    }

    private static Task<bool> ChangeAsync(NpgsqlConnection connection, PoolTurn turn, WantedRole wanted, CancellationToken ct) =>
        MemberRoles.ChangeAsync(connection, turn.Tenant, wanted, turn.Now, ct);
}
