using System.Collections.Concurrent;
using System.Collections.Frozen;
using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>How a company's members are called, read once in a while for the whole process; disabled ones keep their name. A new name shows after a minute.</summary>
public sealed class MemberNames(NpgsqlDataSource database, TimeProvider time)
{
    private static readonly TimeSpan _fresh = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<TenantId, (FrozenDictionary<UserId, string> Names, long Read)> _cache = new();

    /// <param name="tenant">Whose.</param>
    /// <param name="needed">Read again at once where one of these is not known; who is no member has no name even then.</param>
    /// <param name="ct">Ends it.</param>
    public async ValueTask<IReadOnlyDictionary<UserId, string>> OfAsync(TenantId tenant, IEnumerable<UserId> needed, CancellationToken ct)
    {
        if (_cache.TryGetValue(tenant, out var cached) && time.GetElapsedTime(cached.Read) < _fresh && needed.All(cached.Names.ContainsKey))
        {
            return cached.Names;
        }

        await using var scope = await database.BeginAsync(tenant, ct);
        await using var command = scope.Connection.Sql(
            "SELECT m.user_id, u.display_name FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.tenant_id = $1",
            tenant.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var names = new Dictionary<UserId, string>();
        while (await reader.ReadAsync(ct))
        {
            names[new UserId(reader.GetGuid(0))] = reader.GetString(1);
        }

        var frozen = names.ToFrozenDictionary();
        _cache[tenant] = (frozen, time.GetTimestamp());
        return frozen;
    }
}
