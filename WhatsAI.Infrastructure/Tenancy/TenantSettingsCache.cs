using System.Collections.Concurrent;
using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>What background work needs to know of a tenant.</summary>
public sealed record TenantRules(string Slug, string TimeZone, string Language, bool SendsReadReceipts, IReadOnlyList<string> OptOutWords)
{
    /// <summary>Who answers a conversation that is nobody's takes it.</summary>
    public bool AnswerTakes { get; init; } = true;
}

/// <summary>
/// Tenants' settings, so that no message costs a query for them. A change acts at once in the copy that makes it, in the others as soon as they hear of
/// it, and after 20 seconds where they do not.
/// </summary>
public sealed class TenantSettingsCache
{
    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<TenantId, (TenantRules Settings, long Read)> _cache = new();

    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _time;
    private int _changes;

    public TenantSettingsCache(NpgsqlDataSource database, EventHub hub, TimeProvider time)
    {
        (_database, _time) = (database, time);
        // Both live as long as the program.
        hub.SettingsChanged += Forget;
    }

    /// <exception cref="InvalidOperationException">There is no such tenant.</exception>
    public async ValueTask<TenantRules> OfAsync(TenantId tenant, CancellationToken cancellation)
    {
        if (_cache.TryGetValue(tenant, out var cached) && _time.GetElapsedTime(cached.Read) < _fresh)
        {
            return cached.Settings;
        }

        var before = Volatile.Read(ref _changes);
        await using var connection = await _database.OpenConnectionAsync(cancellation);
        await using var command = connection.Sql(
            "SELECT slug, time_zone, language, sends_read_receipts, opt_out_words, answer_takes FROM tenants WHERE id = $1",
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
        )
        {
            AnswerTakes = reader.GetBoolean(5),
        };
        // What was read while somebody changed it may be the old state.
        if (before == Volatile.Read(ref _changes))
        {
            _cache[tenant] = (settings, _time.GetTimestamp());
        }

        return settings;
    }

    private void Forget(TenantId? changed)
    {
        Interlocked.Increment(ref _changes);
        if (changed is { } tenant)
        {
            _cache.TryRemove(tenant, out _);
        }
        else
        {
            _cache.Clear();
        }
    }
}
