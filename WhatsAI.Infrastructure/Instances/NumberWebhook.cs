using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>The webhook a gateway is to have for a number, committed before it is told of it.</summary>
public sealed class NumberWebhook(NpgsqlDataSource database, IOptions<WebhookAddressOptions> address)
{
    /// <param name="tenant">The number's company.</param>
    /// <param name="instance">The number.</param>
    /// <param name="token">The instance's own token.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="server">The server it is for, where that is not the number's yet; each has an address of its own.</param>
    public async Task<GatewayWebhook> OfAsync(
        TenantId tenant,
        InstanceId instance,
        string token,
        CancellationToken ct,
        GatewayServerId? server = null
    )
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        var c = transaction.Connection;
        foreach (var (route, hash) in await RoutesAsync(c, tenant, instance, server, ct))
        {
            if (CryptographicOperations.FixedTimeEquals(hash, HashOf(route, token)))
            {
                return address.Value.Of(route, token);
            }
        }

        // A further address; the one before stays good, because what is under way to it would be lost at a 401.
        var fresh = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        await using var insert = c.Sql(
            "INSERT INTO webhook_routes (route, tenant_id, instance_id, secret_hash, server_id) VALUES ($1, $2, $3, $4, $5)",
            fresh,
            tenant.Value,
            instance.Value,
            HashOf(fresh, token),
            Uuid(server)
        );
        await insert.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return address.Value.Of(fresh, token);
    }

    private static NpgsqlParameter Uuid(GatewayServerId? server) =>
        new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid, Value = (object?)server?.Value ?? DBNull.Value };

    private static byte[] HashOf(string route, string token) => WebhookRoutes.HashOf(WebhookAddressOptions.SecretOf(route, token));

    private static async Task<List<(string Route, byte[] Hash)>> RoutesAsync(
        NpgsqlConnection c,
        TenantId tenant,
        InstanceId instance,
        GatewayServerId? server,
        CancellationToken ct
    )
    {
        await using var command = c.Sql(
            """
            SELECT route, secret_hash FROM webhook_routes
            WHERE instance_id = $2 AND tenant_id = $1 AND deleted_at IS NULL
                AND CASE WHEN $3::uuid IS NULL
                    THEN server_id IS NULL OR server_id = (SELECT gateway_server_id FROM instances WHERE tenant_id = $1 AND id = $2)
                    ELSE server_id = $3 END
            """,
            tenant.Value,
            instance.Value,
            Uuid(server)
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var routes = new List<(string, byte[])>();
        while (await reader.ReadAsync(ct))
        {
            routes.Add((reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
        }

        return routes;
    }
}
