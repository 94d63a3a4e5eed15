using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>What a webhook's address and secret say.</summary>
public abstract record RouteAnswer
{
    public sealed record Known(TenantId Tenant, InstanceId Instance) : RouteAnswer;

    /// <summary>The number was deleted in the last 30 days: acknowledge and drop, or the gateway keeps the dead instance alive by its retries.</summary>
    public sealed record Deleted : RouteAnswer;

    public sealed record WrongSecret : RouteAnswer;

    public sealed record Unknown : RouteAnswer;
}

/// <summary>The addresses gateways post to, kept for a minute so that a busy number costs no query per webhook.</summary>
public sealed class WebhookRoutes(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>How long a deleted number's address is acknowledged.</summary>
    public static readonly TimeSpan AfterDeletion = TimeSpan.FromDays(30);

    private static readonly TimeSpan _fresh = TimeSpan.FromMinutes(1);

    // A number that goes back to its server has its address there again.
    private static readonly TimeSpan _freshDeleted = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, Cached> _cache = new(StringComparer.Ordinal);

    /// <summary>Whether asking for this route costs no query, or did not a while ago.</summary>
    public bool Remembers(string route) => _cache.ContainsKey(route);

    /// <summary>The secret's comparison takes the same time wherever it differs.</summary>
    public async ValueTask<RouteAnswer> FindAsync(string route, string? secret, CancellationToken cancellation)
    {
        if (route.Length is < 16 or > 64)
        {
            return new RouteAnswer.Unknown();
        }

        if (!_cache.TryGetValue(route, out var cached) || time.GetElapsedTime(cached.Read) > cached.Fresh)
        {
            if (await ReadAsync(route, cancellation) is not { } row)
            {
                _cache.TryRemove(route, out _);
                return new RouteAnswer.Unknown();
            }

            cached = new Cached(row, time.GetTimestamp());
            _cache[route] = cached;
        }

        if (cached.Route.DeletedAt is { } deleted && deleted <= time.GetUtcNow() - AfterDeletion)
        {
            return new RouteAnswer.Unknown();
        }

        if (!CryptographicOperations.FixedTimeEquals(HashOf(secret ?? ""), cached.Route.SecretHash))
        {
            return new RouteAnswer.WrongSecret();
        }

        return cached.Route.DeletedAt is null
            ? new RouteAnswer.Known(cached.Route.TenantId, cached.Route.InstanceId)
            : new RouteAnswer.Deleted();
    }

    /// <summary>After a number was deleted or its secret changed in this process.</summary>
    public void Forget(InstanceId instance)
    {
        foreach (var (route, cached) in _cache)
        {
            if (cached.Route.InstanceId == instance)
            {
                _cache.TryRemove(route, out _);
            }
        }
    }

    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private async Task<WebhookRoute?> ReadAsync(string route, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = connection.Sql(
            "SELECT tenant_id, instance_id, secret_hash, deleted_at FROM webhook_routes WHERE route = $1",
            route
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new WebhookRoute
            {
                Route = route,
                TenantId = new TenantId(reader.GetGuid(0)),
                InstanceId = new InstanceId(reader.GetGuid(1)),
                SecretHash = reader.GetFieldValue<byte[]>(2),
                DeletedAt = reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3),
            }
            : null;
    }

    private sealed record Cached(WebhookRoute Route, long Read)
    {
        public TimeSpan Fresh => Route.DeletedAt is null ? _fresh : _freshDeleted;
    }
}
