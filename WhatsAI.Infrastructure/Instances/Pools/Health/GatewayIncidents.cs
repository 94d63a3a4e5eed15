using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Health;

/// <summary>What the numbers of a company's servers say together.</summary>
internal static class GatewayIncidents
{
    /// <summary>
    /// As the numbers were last judged, and of those that lost their session since, as that says: whether many fell together must not wait until each was looked
    /// at. One query, no locks.
    /// </summary>
    public static async Task<IReadOnlyList<GatewayIncident>> ReadAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT i.id, i.gateway_server_id, CASE WHEN n.fell THEN 'Degraded' ELSE coalesce(w.verdict, 'Unknown') END,
                CASE WHEN n.fell THEN s.state_since ELSE coalesce(w.verdict_since, s.state_since) END, s.gateway_seen_at,
                coalesce(w.cause, '') IN ('ack-gap', 'failures'),
                s.state = 'LoggedOut' AND s.close_code IS NULL
                    AND EXISTS (SELECT FROM standbys b WHERE b.tenant_id = i.tenant_id AND b.instance_id = i.id AND b.moved_at = s.state_since),
                CASE WHEN s.gateway_failure IN ('Unreachable', 'TimedOut', 'NotAGateway', 'LicenceRequired') THEN s.gateway_failure_at END
            FROM instances i
            JOIN instance_statuses s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id
            LEFT JOIN watch_states w ON w.tenant_id = i.tenant_id AND w.instance_id = i.id
            CROSS JOIN LATERAL (
                SELECT s.state IN ('LoggedOut', 'Disconnected', 'Connecting') AND coalesce(w.verdict, 'Unknown') IN ('Healthy', 'Unknown')) n (fell)
            WHERE i.tenant_id = $1 AND i.deleted_at IS NULL AND s.own_jid IS NOT NULL
            """,
            tenant.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var (falls, proofs) = (new List<NumberFall>(), new List<ServerProof>());
        while (await reader.ReadAsync(cancellation))
        {
            var server = new GatewayServerId(reader.GetGuid(1));
            falls.Add(
                new NumberFall(
                    new InstanceId(reader.GetGuid(0)),
                    server,
                    Enum.Parse<Verdict>(reader.GetString(2)),
                    reader.GetFieldValue<DateTimeOffset>(3),
                    reader.GetBoolean(5),
                    reader.GetBoolean(6)
                )
            );
            proofs.Add(new ServerProof(server, reader.Value<DateTimeOffset>(4), reader.Value<DateTimeOffset>(7)));
        }

        return GatewayIncident.Find(falls, ServerSilence.Of(proofs, now));
    }
}
