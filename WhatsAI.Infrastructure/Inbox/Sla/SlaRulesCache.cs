using System.Collections.Concurrent;
using Npgsql;
using WhatsAI.Core.Inbox.Sla;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Sla;

/// <summary>
/// Companies' targets in memory. A change acts at once in the copy that makes it, in the others as soon as they hear of it, and after 20 seconds where they
/// do not; the second recount mends what was measured by the old ones until then.
/// </summary>
public sealed class SlaRulesCache : IHeadClocks
{
    internal static readonly TimeSpan Fresh = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<TenantId, (SlaRules Rules, long Read)> _cache = new();

    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _time;
    private int _changes;

    public SlaRulesCache(NpgsqlDataSource database, EventHub hub, TimeProvider time)
    {
        (_database, _time) = (database, time);
        // Both live as long as the program.
        hub.SettingsChanged += Forget;
    }

    public async ValueTask<IHeadClock> OfAsync(TenantId tenant, CancellationToken cancellation)
    {
        if (_cache.TryGetValue(tenant, out var cached) && _time.GetElapsedTime(cached.Read) < Fresh)
        {
            return cached.Rules;
        }

        var before = Volatile.Read(ref _changes);
        await using var scope = await _database.BeginAsync(tenant, cancellation);
        var rules = await SlaSql.ReadAsync(scope.Connection, tenant, cancellation);
        // What was read while somebody changed it may be the old state.
        if (before == Volatile.Read(ref _changes))
        {
            _cache[tenant] = (rules, _time.GetTimestamp());
        }

        return rules;
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
