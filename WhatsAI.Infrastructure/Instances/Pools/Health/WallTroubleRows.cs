using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Health;

/// <summary>Troubles of a tenant's servers and its failovers under way or in force, read once for all walls that are open.</summary>
public sealed class WallTroubleRows(NpgsqlDataSource database, TimeProvider time) : SharedRead<WallTroubles>(time)
{
    private const string FailoverColumns =
        "f.id, f.instance_id, f.serves_id, s.name, f.is_drill, f.signal_at, f.detected_at, f.promoted_at, f.first_sent_at, f.finished_at, f.conversations";

    private const string FailoverSql = $"""
        SELECT {FailoverColumns} FROM failovers f
        LEFT JOIN instances s ON s.tenant_id = f.tenant_id AND s.id = f.serves_id
        WHERE f.tenant_id = $1 AND (f.finished_at IS NULL OR (f.is_drill AND f.ended_at IS NULL))
        UNION ALL
        SELECT {FailoverColumns} FROM pool_members m
        CROSS JOIN LATERAL (
            SELECT * FROM failovers l WHERE l.tenant_id = m.tenant_id AND l.instance_id = m.instance_id ORDER BY l.detected_at DESC LIMIT 1) f
        LEFT JOIN instances s ON s.tenant_id = f.tenant_id AND s.id = f.serves_id
        WHERE m.tenant_id = $1 AND m.role = 'Quarantined' AND f.pool_id = m.pool_id AND f.finished_at IS NOT NULL AND NOT f.is_drill
        """;

    private const string ServerSql = """
        SELECT g.id, g.name, i.id, i.name, o.name, b.after_probes IS NOT NULL FROM instances i
        JOIN instance_statuses s ON s.tenant_id = i.tenant_id AND s.instance_id = i.id
        JOIN gateway_servers g ON g.tenant_id = i.tenant_id AND g.id = i.gateway_server_id
        LEFT JOIN standbys b ON b.tenant_id = i.tenant_id AND b.instance_id = i.id
        LEFT JOIN gateway_servers o ON o.tenant_id = b.tenant_id AND o.id = b.server_id
        WHERE i.tenant_id = $1 AND i.deleted_at IS NULL AND s.own_jid IS NOT NULL AND g.id = ANY ($2) ORDER BY i.name
        """;

    private readonly TimeProvider _time = time;

    protected override async Task<WallTroubles> ReadAsync(TenantId tenant, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        var incidents = await GatewayIncidents.ReadAsync(transaction.Connection, tenant, _time.GetUtcNow(), ct);
        return new WallTroubles(
            incidents.Count == 0 ? [] : await ServersAsync(transaction.Connection, tenant, incidents, ct),
            await FailoversAsync(transaction.Connection, tenant, ct)
        );
    }

    private static async Task<IReadOnlyList<ServerTrouble>> ServersAsync(
        NpgsqlConnection c,
        TenantId tenant,
        IReadOnlyList<GatewayIncident> incidents,
        CancellationToken ct
    )
    {
        await using var command = c.Sql(ServerSql, tenant.Value, incidents.Select(i => i.Server.Value).ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<(GatewayServerId Server, string Name, InstanceId Number, StandbyOffer? Standby)>();
        while (await reader.ReadAsync(ct))
        {
            var number = new InstanceId(reader.GetGuid(2));
            var standby = reader.Text(4) is { } other ? new StandbyOffer(number, reader.GetString(3), other, reader.GetBoolean(5)) : null;
            rows.Add((new GatewayServerId(reader.GetGuid(0)), reader.GetString(1), number, standby));
        }

        var ofServer = rows.ToLookup(r => r.Server);
        return
        [
            .. incidents
                .Where(i => ofServer[i.Server].Any())
                .Select(i => new ServerTrouble(
                    i.Server,
                    ofServer[i.Server].First().Name,
                    i.Since,
                    i.Unreachable,
                    i.Fallen.ToHashSet(),
                    ofServer[i.Server].Select(r => r.Number).ToHashSet(),
                    [.. ofServer[i.Server].Select(r => r.Standby).OfType<StandbyOffer>().Where(s => i.Fallen.Contains(s.Number))]
                )),
        ];
    }

    private static async Task<IReadOnlyList<ShownFailover>> FailoversAsync(NpgsqlConnection c, TenantId tenant, CancellationToken ct)
    {
        await using var command = c.Sql(FailoverSql, tenant.Value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var shown = new List<ShownFailover>();
        while (await reader.ReadAsync(ct))
        {
            shown.Add(
                new ShownFailover(
                    new FailoverId(reader.GetGuid(0)),
                    new InstanceId(reader.GetGuid(1)),
                    reader.Value<Guid>(2) is { } serves ? new InstanceId(serves) : null,
                    reader.Text(3),
                    reader.GetBoolean(4)
                )
                {
                    IsDone = !reader.IsDBNull(9),
                    IsAlone = reader.IsDBNull(2),
                    Times = new FailoverTimes(reader.GetFieldValue<DateTimeOffset>(5))
                    {
                        DetectedAt = reader.TimeOrNull(6),
                        PromotedAt = reader.TimeOrNull(7),
                        FirstSentAt = reader.TimeOrNull(8),
                    },
                    FinishedAt = reader.TimeOrNull(9),
                    Conversations = reader.GetInt32(10),
                }
            );
        }

        return shown;
    }
}
