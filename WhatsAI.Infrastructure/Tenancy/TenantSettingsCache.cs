using System.Collections.Concurrent;
using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>What background work needs to know of a tenant.</summary>
public sealed record TenantRules(string Slug, string TimeZone, string Language, bool SendsReadReceipts, IReadOnlyList<string> OptOutWords);

/// <summary>Tenants' settings, at most 20 seconds old, so that no message costs a query for them.</summary>
public sealed class TenantSettingsCache(NpgsqlDataSource database, TimeProvider time)
{
    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<TenantId, (TenantRules Settings, long Read)> _cache = new();

    /// <exception cref="InvalidOperationException">There is no such tenant.</exception>
    public async ValueTask<TenantRules> OfAsync(TenantId tenant, CancellationToken cancellation)
    {
        if (_cache.TryGetValue(tenant, out var cached) && time.GetElapsedTime(cached.Read) < _fresh)
        {
            return cached.Settings;
        }

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = connection.Sql(
            "SELECT slug, time_zone, language, sends_read_receipts, opt_out_words FROM tenants WHERE id = $1",
            tenant.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            throw new InvalidOperationException("There is no such tenant.");
        }

        var settings = new TenantRules(
            reader.GetString(0),
            reader.GetString(1),
            reader.GetString(2),
            reader.GetBoolean(3),
            reader.GetFieldValue<string[]>(4)
        );
        _cache[tenant] = (settings, time.GetTimestamp());
        return settings;
    }

    /// <summary>After a change in this process.</summary>
    public void Forget(TenantId tenant) => _cache.TryRemove(tenant, out _);
}
