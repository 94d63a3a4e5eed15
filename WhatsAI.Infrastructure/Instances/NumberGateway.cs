using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>Calls a number's gateway and notes on the number whether it answered.</summary>
public sealed class NumberGateway(
    IWhatsAppGateway gateway,
    GatewayConnections connections,
    NpgsqlDataSource database,
    EventHub hub,
    TimeProvider time
)
{
    /// <exception cref="GatewayException">As the call threw it, after it was noted.</exception>
    public async Task<T> CallAsync<T>(
        TenantId tenant,
        InstanceId instance,
        Func<IWhatsAppGateway, GatewayConnection, Task<T>> call,
        CancellationToken ct
    )
    {
        try
        {
            var answer = await call(gateway, await connections.OfInstanceAsync(tenant, instance, ct));
            await NoteAsync(tenant, instance, failure: null, ct);
            return answer;
        }
        catch (GatewayException e)
        {
            await NoteAsync(tenant, instance, e.Failure.IsLasting() ? e.Failure : null, CancellationToken.None);
            throw;
        }
    }

    /// <inheritdoc cref="CallAsync{T}"/>
    public Task CallAsync(
        TenantId tenant,
        InstanceId instance,
        Func<IWhatsAppGateway, GatewayConnection, Task> call,
        CancellationToken ct
    ) =>
        CallAsync(
            tenant,
            instance,
            async (g, at) =>
            {
                await call(g, at);
                return true;
            },
            ct
        );

    /// <inheritdoc cref="ServerGates.RestAsync"/>
    public async Task<ServerRest?> RestAsync(TenantId tenant, InstanceId instance, ServerGates servers, CancellationToken ct)
    {
        var at = await connections.OfInstanceAsync(tenant, instance, ct);
        return await servers.RestAsync(at.Address, () => gateway.ProbeAsync(at, CancellationToken.None), ct);
    }

    /// <summary>Notes what is known of the gateway without calling it: null, it answered. Screens hear of it only when it is news.</summary>
    public async Task NoteAsync(TenantId tenant, InstanceId instance, GatewayFailure? failure, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var transaction = await database.BeginAsync(tenant, ct);
        await using var command = transaction.Connection.Sql(
            """
            UPDATE instance_statuses n SET
                gateway_seen_at = CASE WHEN $3::text IS NULL THEN $4 ELSE n.gateway_seen_at END,
                gateway_failure_at = CASE WHEN $3 IS NULL THEN NULL WHEN o.gateway_failure = $3 THEN o.gateway_failure_at ELSE $4 END,
                gateway_failure = $3
            FROM instance_statuses o
            WHERE n.tenant_id = $1 AND n.instance_id = $2 AND o.tenant_id = $1 AND o.instance_id = $2
            RETURNING o.gateway_failure IS DISTINCT FROM n.gateway_failure
            """,
            tenant.Value,
            instance.Value,
            new NpgsqlParameter { Value = (object?)failure?.ToString() ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
            now
        );
        var isNews = await command.ExecuteScalarAsync(ct) is true;
        await transaction.CommitAsync(ct);
        if (isNews)
        {
            hub.Publish(new InstanceChanged(tenant, instance));
        }
    }
}
