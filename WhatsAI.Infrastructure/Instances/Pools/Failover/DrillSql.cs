using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Failover;

/// <summary>What a drill asks of the database, in the caller's transaction.</summary>
internal static class DrillSql
{
    public static async Task<PoolId?> PoolAsync(NpgsqlConnection connection, TenantId tenant, InstanceId instance, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "SELECT pool_id FROM pool_members WHERE tenant_id = $1 AND instance_id = $2",
            tenant.Value,
            instance.Value
        );
        return await command.ExecuteScalarAsync(ct) is Guid pool ? new PoolId(pool) : null;
    }

    /// <summary>Of every number of the pool: a drill changes them all.</summary>
    public static async Task<IReadOnlyList<SandboxPlace>> ServersAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        PoolId pool,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT DISTINCT g.shared_name, g.address FROM pool_members m
            JOIN instances i ON i.tenant_id = m.tenant_id AND i.id = m.instance_id
            JOIN gateway_servers g ON g.tenant_id = i.tenant_id AND g.id = i.gateway_server_id
            WHERE m.tenant_id = $1 AND m.pool_id = $2 AND i.deleted_at IS NULL
            """,
            tenant.Value,
            pool.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var places = new List<SandboxPlace>();
        while (await reader.ReadAsync(ct))
        {
            places.Add(new SandboxPlace(reader.Text(0), Uri.TryCreate(reader.Text(1), UriKind.Absolute, out var address) ? address : null));
        }

        return places;
    }

    public static async Task<bool> IsUnderWayAsync(NpgsqlConnection connection, TenantId tenant, PoolId pool, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT EXISTS (
                SELECT FROM failovers WHERE tenant_id = $1 AND pool_id = $2 AND (finished_at IS NULL OR (is_drill AND ended_at IS NULL)))
            """,
            tenant.Value,
            pool.Value
        );
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>Locks a drill that was played and not ended; null where another one ended it already.</summary>
    /// <exception cref="RuleException">There is none, or it is still being played.</exception>
    public static async Task<(PoolId Pool, FailoverPlan Plan)?> LockAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        FailoverId drill,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            "SELECT pool_id, plan, finished_at IS NOT NULL, ended_at IS NOT NULL FROM failovers WHERE tenant_id = $1 AND id = $2 AND is_drill FOR UPDATE",
            tenant.Value,
            drill.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
        {
            throw new RuleException("drill.gone");
        }

        return reader.GetBoolean(3) ? null
            : reader.GetBoolean(2)
                ? (new PoolId(reader.GetGuid(0)), JsonSerializer.Deserialize<FailoverPlan>(reader.GetString(1), PoolMapping.Json)!)
            : throw new RuleException("drill.under-way");
    }

    /// <summary>From here on <see cref="FailoverRun"/> takes the conversations back.</summary>
    public static async Task EndAsync(NpgsqlConnection connection, TenantId tenant, FailoverId drill, DrillBy by, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "UPDATE failovers SET ended_at = now(), ended_by_name = left($3, 120), finished_at = NULL WHERE tenant_id = $1 AND id = $2",
            tenant.Value,
            drill.Value,
            by.Name
        );
        try
        {
            await command.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // The number failed in earnest meanwhile, and that is under way.
            throw new RuleException("drill.under-way");
        }
    }
}
