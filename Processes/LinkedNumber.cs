using System.Security.Cryptography;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Secrets;

namespace WhatsAI.Processes;

/// <summary>A number that is linked at the sandbox, with the webhook's address and secret as a console would have told them.</summary>
internal sealed record LinkedNumber(InstanceId Id, string Token, string Route, Uri Console)
{
    private static readonly SecretBox Box = new(MasterKey.Load(ConsoleProcess.MasterKeyText, null));

    /// <summary>What it is called at the gateway.</summary>
    public string Name => Id.Value.ToString();

    public GatewayWebhook Webhook => new WebhookAddressOptions { PublicAddress = Console }.Of(Route, Token);

    /// <summary>As if it had been connected: rows as the owner role writes them, and the phone at the sandbox, which posts to the console.</summary>
    public static async Task<LinkedNumber> AddAsync(
        NpgsqlDataSource owner,
        TenantId tenant,
        Uri console,
        SandboxProcess sandbox,
        SandboxBehaviour? behaviour = null
    )
    {
        var number = new LinkedNumber(
            Core.Common.Id.New<InstanceId>(DateTimeOffset.UtcNow),
            Convert.ToHexString(RandomNumberGenerator.GetBytes(16)),
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)),
            console
        );
        await using (var connection = await owner.OpenConnectionAsync())
        {
            await number.StoreAsync(connection, tenant, sandbox.Address);
        }

        await sandbox.Control.AddAsync(
            new SandboxNumber
            {
                Name = number.Name,
                Token = number.Token,
                WebhookUrl = number.Webhook.Url.ToString(),
                WebhookHeaders = new Dictionary<string, string> { [GatewayWebhook.SecretHeader] = number.Webhook.Secret },
                Behaviour = behaviour,
            }
        );
        return number;
    }

    private async Task StoreAsync(NpgsqlConnection connection, TenantId tenant, Uri gateway)
    {
        var server = Core.Common.Id.New<GatewayServerId>(DateTimeOffset.UtcNow).Value;
        await using (
            var command = connection.Sql(
                """
                WITH server AS (
                    INSERT INTO gateway_servers (id, tenant_id, name, kind, address, encrypted_key, created_at)
                    VALUES ($2, $1, $3, 'Evolution', $4, $5, now())
                ), number AS (
                    INSERT INTO instances (id, tenant_id, gateway_server_id, name, encrypted_token, settings, created_at)
                    VALUES ($6, $1, $2, $7, $8, '{}', now())
                ), status AS (
                    INSERT INTO instance_statuses (tenant_id, instance_id, state, state_since, qr_count) VALUES ($1, $6, 'Open', now(), 0)
                )
                INSERT INTO webhook_routes (route, tenant_id, instance_id, secret_hash) VALUES ($9, $1, $6, $10)
                """,
                tenant.Value,
                server,
                "S" + server.ToString("N")[^12..],
                gateway.ToString(),
                Box.Protect(SandboxProcess.Key, GatewayConnections.ServerKeyPurpose),
                Id.Value,
                "Vendas " + Name[^6..],
                Box.Protect(Token, GatewayConnections.TokenPurpose),
                Route,
                WebhookRoutes.HashOf(Webhook.Secret)
            )
        )
        {
            await command.ExecuteNonQueryAsync();
        }

        await WorkList.AddAsync(connection, tenant, Id, CancellationToken.None);
    }
}
