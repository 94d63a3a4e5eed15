using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>A number's signals: read under the row's lock, changed by the rules, written, in the transaction that stores the event.</summary>
internal static class WatchSql
{
    /// <summary>Locks the row until the transaction ends, and makes it where there is none. The number must exist.</summary>
    public static async Task<WatchState> LockAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId instance,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            INSERT INTO watch_states (tenant_id, instance_id, state, verdict, inbound_only) VALUES ($1, $2, '{}', 'Unknown', false)
            ON CONFLICT (tenant_id, instance_id) DO UPDATE SET inbound_only = watch_states.inbound_only
            RETURNING state
            """,
            tenant.Value,
            instance.Value
        );
        return JsonSerializer.Deserialize<WatchState>((string)(await command.ExecuteScalarAsync(cancellation))!, PoolMapping.Json)!;
    }

    /// <summary>Under the lock of <see cref="LockAsync"/>.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId instance,
        WatchState state,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "UPDATE watch_states SET state = $3 WHERE tenant_id = $1 AND instance_id = $2",
            tenant.Value,
            instance.Value,
            JsonParameter.Of(JsonSerializer.Serialize(state, PoolMapping.Json))
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
