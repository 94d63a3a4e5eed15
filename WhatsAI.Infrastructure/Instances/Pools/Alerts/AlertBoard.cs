using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>An open alert that nobody has acknowledged.</summary>
/// <param name="Numbers">Who sees one of these sees it.</param>
public sealed record WaitingAlert(bool IsCritical, IReadOnlyList<InstanceId> Numbers);

/// <summary>What the bell counts.</summary>
public sealed record AlertsWaiting(int Critical, int Others)
{
    public static AlertsWaiting None { get; } = new(0, 0);

    public int All => Critical + Others;
}

/// <summary>A company's open alerts that nobody has acknowledged, read once for all bells of this process.</summary>
public sealed class AlertBoard(NpgsqlDataSource database, TimeProvider time) : SharedRead<IReadOnlyList<WaitingAlert>>(time)
{
    /// <summary>Counted no further: a bell says "99+".</summary>
    private const int Most = 200;

    internal const string Sql = """
        SELECT a.level = 'Critical', coalesce(
            CASE WHEN a.instance_id IS NOT NULL THEN ARRAY[a.instance_id] END,
            (SELECT array_agg(m.instance_id) FROM pool_members m WHERE m.tenant_id = a.tenant_id AND m.pool_id = a.pool_id),
            (SELECT array_agg(i.id) FROM instances i WHERE i.tenant_id = a.tenant_id AND i.gateway_server_id = a.gateway_server_id AND i.deleted_at IS NULL),
            '{}')
        FROM alerts a WHERE a.tenant_id = $1 AND a.cleared_at IS NULL AND a.acknowledged_at IS NULL ORDER BY a.level = 'Critical' DESC LIMIT $2
        """;

    protected override async Task<IReadOnlyList<WaitingAlert>> ReadAsync(TenantId tenant, CancellationToken ct)
    {
        await using var scope = await database.BeginAsync(tenant, ct);
        await using var command = scope.Connection.Sql(Sql, tenant.Value, Most);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var alerts = new List<WaitingAlert>();
        while (await reader.ReadAsync(ct))
        {
            alerts.Add(new WaitingAlert(reader.GetBoolean(0), [.. reader.GetFieldValue<Guid[]>(1).Select(id => new InstanceId(id))]));
        }

        return alerts;
    }
}
