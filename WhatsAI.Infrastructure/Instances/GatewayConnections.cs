using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Secrets;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>
/// Where a number's calls go and with which keys, decrypted. Kept for a minute, so that a send costs no query; whoever changes a number or a server in
/// this process calls <see cref="Forget(InstanceId)"/> or <see cref="Forget(TenantId?)"/>, other copies hear that settings changed, or notice within the minute.
/// </summary>
public sealed class GatewayConnections
{
    public const string ServerKeyPurpose = "gateway-server";
    public const string TokenPurpose = "instance-token";

    private static readonly TimeSpan _fresh = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<InstanceId, Cached> _cache = new();
    private readonly NpgsqlDataSource _database;
    private readonly SecretBox _secrets;
    private readonly IOptionsMonitor<SharedGatewayOptions> _shared;
    private readonly TimeProvider _time;

    public GatewayConnections(
        NpgsqlDataSource database,
        SecretBox secrets,
        IOptionsMonitor<SharedGatewayOptions> shared,
        EventHub hub,
        TimeProvider time
    )
    {
        (_database, _secrets, _shared, _time) = (database, secrets, shared, time);
        // Both live as long as the program.
        hub.SettingsChanged += Forget;
    }

    /// <exception cref="GatewayException">
    /// The number was deleted, the operator's server left the configuration, or a stored key cannot be read: in each case nothing was sent.
    /// </exception>
    public async ValueTask<GatewayConnection> OfInstanceAsync(TenantId tenant, InstanceId instance, CancellationToken ct)
    {
        if (_cache.TryGetValue(instance, out var cached) && cached.Tenant == tenant && _time.GetElapsedTime(cached.Read) < _fresh)
        {
            return cached.Connection;
        }

        var connection = await ReadAsync(tenant, instance, ct);
        _cache[instance] = new Cached(tenant, connection, _time.GetTimestamp());
        return connection;
    }

    /// <summary>For calls about the server itself, not about a number.</summary>
    /// <inheritdoc cref="OfInstanceAsync" path="/exception"/>
    public GatewayConnection OfServer(GatewayServer server) => new(AddressOf(server), KeyOf(server), "", null);

    public void Forget(InstanceId instance) => _cache.TryRemove(instance, out _);

    /// <param name="tenant">Null: every company.</param>
    public void Forget(TenantId? tenant)
    {
        foreach (var (instance, cached) in _cache)
        {
            if (tenant is null || cached.Tenant == tenant)
            {
                _cache.TryRemove(instance, out _);
            }
        }
    }

    /// <summary>The number at its second server, always read anew; null: it has none.</summary>
    /// <inheritdoc cref="OfInstanceAsync" path="/exception"/>
    public Task<GatewayConnection?> OfStandbyAsync(TenantId tenant, InstanceId instance, CancellationToken ct) =>
        ReadAsync(tenant, instance, atStandby: true, ct);

    private async Task<GatewayConnection> ReadAsync(TenantId tenant, InstanceId instance, CancellationToken ct) =>
        await ReadAsync(tenant, instance, atStandby: false, ct)
        ?? throw new GatewayException(GatewayFailure.UnknownInstance, "The number does not exist here any more.", surelyNotSent: true);

    private async Task<GatewayConnection?> ReadAsync(TenantId tenant, InstanceId instance, bool atStandby, CancellationToken ct)
    {
        await using var transaction = await _database.BeginAsync(tenant, ct);
        await using var command = transaction.Connection.Sql(
            """
            SELECT i.encrypted_token, s.shared_name, s.address, s.encrypted_key, s.id
            FROM instances i
            LEFT JOIN standbys b ON b.tenant_id = i.tenant_id AND b.instance_id = i.id
            JOIN gateway_servers s ON s.tenant_id = i.tenant_id AND s.id = CASE WHEN $3 THEN b.server_id ELSE i.gateway_server_id END
            WHERE i.tenant_id = $1 AND i.id = $2 AND i.deleted_at IS NULL
            """,
            tenant.Value,
            instance.Value,
            atStandby
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
        {
            return null;
        }

        var (sharedName, address, key) = (Text(reader, 1), Text(reader, 2), Text(reader, 3));
        return new GatewayConnection(
            AddressOf(sharedName, address),
            KeyOf(sharedName, key),
            instance.Value.ToString(),
            // After a restore with another master key the server's key serves, once it was typed again.
            _secrets.TryUnprotect(reader.GetString(0), TokenPurpose, out var token)
                ? token
                : null
        )
        {
            Server = new GatewayServerId(reader.GetGuid(4)),
        };
    }

    internal Uri AddressOf(GatewayServer server) => AddressOf(server.SharedName, server.Address);

    private string? KeyOf(GatewayServer server) => KeyOf(server.SharedName, server.EncryptedKey);

    private Uri AddressOf(string? sharedName, string? address) =>
        sharedName is null ? new Uri(address!)
        : _shared.CurrentValue.Find(sharedName)?.Address is { } configured ? configured
        : throw new GatewayException(
            GatewayFailure.Unreachable,
            $"The operator's server {sharedName} is not in the configuration.",
            surelyNotSent: true
        );

    private string? KeyOf(string? sharedName, string? encrypted) =>
        sharedName is not null ? _shared.CurrentValue.Find(sharedName)?.Key
        : encrypted is null ? null
        : Open(ServerKeyPurpose, encrypted);

    private string Open(string purpose, string encrypted) =>
        _secrets.TryUnprotect(encrypted, purpose, out var secret)
            ? secret
            : throw new GatewayException(
                GatewayFailure.Unauthorized,
                "A stored key cannot be read with the present master key.",
                surelyNotSent: true
            );

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private sealed record Cached(TenantId Tenant, GatewayConnection Connection, long Read);
}
