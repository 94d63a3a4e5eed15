using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Standbys;

/// <summary>What was left at the other server.</summary>
internal sealed record LeftBehind(GatewayServerId Server, bool MovedByItself);

/// <summary>What the machine counts and changes of a number's standby, in the caller's transaction and tenant.</summary>
internal static class StandbySql
{
    /// <summary>
    /// Counts a failed probe, one a minute at most, however often a server that is down is asked. Null: nothing was counted. The number of them in a row, and how
    /// many it takes. Not of a number that WhatsApp refuses: another server does not help it, and a new session harms it.
    /// </summary>
    public static async Task<(int Failed, int After)?> FailedAsync(
        NpgsqlConnection c,
        TenantId tenant,
        InstanceId instance,
        GatewayServerId server,
        CancellationToken ct
    )
    {
        await using var command = c.Sql(
            """
            UPDATE standbys SET failed_probes = failed_probes + 1, failed_at = now()
            WHERE tenant_id = $1 AND instance_id = $2 AND after_probes IS NOT NULL AND server_id <> $3 AND (failed_at IS NULL OR failed_at < now() - interval '50 seconds')
                AND NOT EXISTS (SELECT FROM instance_statuses s WHERE s.tenant_id = $1 AND s.instance_id = $2 AND s.state IN ('Banned', 'Restricted'))
            RETURNING failed_probes, after_probes
            """,
            tenant.Value,
            instance.Value,
            server.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? (reader.GetInt32(0), reader.GetInt32(1)) : null;
    }

    /// <summary>The server answers, and is the number's: counting begins anew. What is still left at the other one; null for nothing.</summary>
    public static async Task<LeftBehind?> AnsweredAsync(
        NpgsqlConnection c,
        TenantId tenant,
        InstanceId instance,
        GatewayServerId server,
        CancellationToken ct
    )
    {
        await using var command = c.Sql(
            """
            UPDATE standbys SET failed_probes = 0, failed_at = NULL
            WHERE tenant_id = $1 AND instance_id = $2 AND (failed_probes > 0 OR has_old_session) AND server_id <> $3
            RETURNING server_id, moved_by_itself, has_old_session
            """,
            tenant.Value,
            instance.Value,
            server.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) && reader.GetBoolean(2)
            ? new LeftBehind(new GatewayServerId(reader.GetGuid(0)), reader.GetBoolean(1))
            : null;
    }

    /// <summary>Nothing is left at that server any more; false where the number has gone back there meanwhile, or another copy noted it before.</summary>
    public static async Task<bool> RemovedAsync(
        NpgsqlConnection c,
        TenantId tenant,
        InstanceId instance,
        GatewayServerId server,
        CancellationToken ct
    )
    {
        await using var command = c.Sql(
            "UPDATE standbys SET has_old_session = false WHERE tenant_id = $1 AND instance_id = $2 AND server_id = $3 AND has_old_session",
            tenant.Value,
            instance.Value,
            server.Value
        );
        return await command.ExecuteNonQueryAsync(ct) > 0;
    }

    /// <summary>
    /// The two servers change places, and the number's webhooks with them: what the other one still posts is acknowledged and dropped. Null: it is not at
    /// <paramref name="from"/> any more, so somebody did it before.
    /// </summary>
    public static async Task<GatewayServerId?> SwapAsync(
        NpgsqlConnection c,
        (TenantId Tenant, InstanceId Instance) of,
        GatewayServerId from,
        bool byItself,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var (tenant, instance) = (of.Tenant.Value, of.Instance.Value);
        await using var swap = c.Sql(
            """
            WITH other AS (
                SELECT b.server_id FROM standbys b JOIN instances i ON i.tenant_id = b.tenant_id AND i.id = b.instance_id
                WHERE b.tenant_id = $1 AND b.instance_id = $2 AND i.gateway_server_id = $3 AND i.deleted_at IS NULL FOR UPDATE
            ), moved AS (
                UPDATE instances i SET gateway_server_id = o.server_id FROM other o WHERE i.tenant_id = $1 AND i.id = $2
            )
            UPDATE standbys b SET server_id = $3, is_away = NOT b.is_away, moved_at = $4, moved_by_itself = $5, has_old_session = true,
                failed_probes = 0, failed_at = NULL
            FROM other o WHERE b.tenant_id = $1 AND b.instance_id = $2
            RETURNING o.server_id
            """,
            tenant,
            instance,
            from.Value,
            now.ToUniversalTime(),
            byItself
        );
        if (await swap.ExecuteScalarAsync(ct) is not Guid to)
        {
            return null;
        }

        await using var routes = c.Sql(
            """
            UPDATE webhook_routes SET server_id = coalesce(server_id, $3), deleted_at = CASE WHEN server_id = $4 THEN NULL ELSE coalesce(deleted_at, $5) END
            WHERE tenant_id = $1 AND instance_id = $2 AND (deleted_at IS NULL OR server_id = $4)
            """,
            tenant,
            instance,
            from.Value,
            to,
            now.ToUniversalTime()
        );
        await routes.ExecuteNonQueryAsync(ct);
        return new GatewayServerId(to);
    }
}
