using System.Net;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Account;

/// <summary>A session as its owner sees it.</summary>
/// <param name="Address">Shortened to its network: enough to know a place again.</param>
/// <param name="IsThis">The one he is looking with.</param>
public sealed record SessionRow(
    Guid Id,
    string? Browser,
    string? Platform,
    string? Address,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastSeenAt,
    bool IsThis
);

/// <summary>
/// The sign-ins that are open, each a row. Who ends one tells every copy of the program, so that circuits of that session close at once; where the notice
/// is lost, their next check within half a minute finds out. Stands outside the tenants' wall: every statement names the user or the key.
/// </summary>
public sealed class UserSessions(NpgsqlDataSource database, EventHub hub)
{
    /// <summary>Ended and forgotten sessions are swept after this long; as long as a cookie lives.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    private const int MostShown = 100;

    /// <summary>The key for the cookie; only its hash is kept.</summary>
    public async Task<string> BeginAsync(UserId user, string? userAgent, IPAddress? address, CancellationToken ct = default)
    {
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = connection.Sql(
            """
            WITH swept AS (
                DELETE FROM user_sessions WHERE user_id = $2 AND (ended_at < now() - $7::interval OR last_seen_at < now() - $7::interval)
            )
            INSERT INTO user_sessions (id, user_id, key_hash, browser, platform, address, created_at, last_seen_at)
            VALUES ($1, $2, $3, $4, $5, $6, now(), now())
            """,
            Guid.CreateVersion7(),
            user.Value,
            HashOf(key),
            DeviceWords.Browser(userAgent),
            DeviceWords.Platform(userAgent),
            TextOf(address),
            Lifetime
        );
        await command.ExecuteNonQueryAsync(ct);
        return key;
    }

    /// <summary>Whether the session is open and the user's; if so, notes to the minute that it is in use, and from where.</summary>
    public async Task<bool> IsOpenAsync(UserId user, string? key, IPAddress? address, CancellationToken ct = default)
    {
        if (key is null)
        {
            return false;
        }

        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = connection.Sql(
            "SELECT last_seen_at > now() - interval '1 minute' FROM user_sessions WHERE key_hash = $1 AND user_id = $2 AND ended_at IS NULL",
            HashOf(key),
            user.Value
        );
        if (await command.ExecuteScalarAsync(ct) is not bool isFresh)
        {
            return false;
        }

        if (!isFresh)
        {
            await using var seen = connection.Sql(
                "UPDATE user_sessions SET last_seen_at = now(), address = coalesce($2, address) WHERE key_hash = $1",
                HashOf(key),
                new NpgsqlParameter { Value = (object?)TextOf(address) ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text }
            );
            await seen.ExecuteNonQueryAsync(ct);
        }

        return true;
    }

    /// <summary>The open ones, the one in use first, then the latest.</summary>
    public async Task<IReadOnlyList<SessionRow>> ListAsync(UserId user, string? key, CancellationToken ct = default)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = connection.Sql(
            """
            SELECT id, browser, platform, address, created_at, last_seen_at, key_hash = $2 FROM user_sessions
            WHERE user_id = $1 AND ended_at IS NULL AND last_seen_at > now() - $3::interval
            ORDER BY key_hash = $2 DESC, last_seen_at DESC, id LIMIT $4
            """,
            user.Value,
            HashOf(key ?? ""),
            Lifetime,
            MostShown
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<SessionRow>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(
                new SessionRow(
                    reader.GetGuid(0),
                    reader.IsDBNull(1) ? null : reader.GetString(1),
                    reader.IsDBNull(2) ? null : reader.GetString(2),
                    reader.IsDBNull(3) ? null : NetworkOf(reader.GetString(3)),
                    reader.GetFieldValue<DateTimeOffset>(4),
                    reader.GetFieldValue<DateTimeOffset>(5),
                    reader.GetBoolean(6)
                )
            );
        }

        return rows;
    }

    /// <summary>Ends one of the user's own; another's is left alone.</summary>
    public async Task EndAsync(UserId user, Guid session, CancellationToken ct = default) =>
        Tell(user, await EndAsync(user, "AND id = $2", session, ct));

    /// <summary>
    /// Ends the session of this key, for who signs out. Circuits are not told: the browser is leaving by itself, and a page that is loaded anew would come
    /// in between.
    /// </summary>
    public Task SignOutAsync(UserId user, string key, CancellationToken ct = default) =>
        EndAsync(user, "AND key_hash = $2", HashOf(key), ct);

    /// <summary>Ends every session of the user but the one of this key; null: all of them.</summary>
    public async Task EndAllAsync(UserId user, string? exceptKey = null, CancellationToken ct = default) =>
        Tell(user, await EndAsync(user, "AND key_hash <> $2", HashOf(exceptKey ?? ""), ct));

    private void Tell(UserId user, IEnumerable<TenantId> tenants) => hub.Publish(tenants.Select(t => new MemberChanged(t, user)));

    /// <summary>The companies whose circuits may be of a session that was ended.</summary>
    private async Task<IReadOnlyList<TenantId>> EndAsync(UserId user, string which, object value, CancellationToken ct)
    {
        var tenants = new List<TenantId>();
        await using (var connection = await database.OpenConnectionAsync(ct))
        {
            await using var command = connection.Sql(
                $"""
                WITH ended AS (UPDATE user_sessions SET ended_at = now() WHERE user_id = $1 AND ended_at IS NULL {which} RETURNING 1)
                SELECT m.tenant_id FROM memberships m WHERE m.user_id = $1 AND EXISTS (SELECT FROM ended)
                """,
                user.Value,
                value
            );
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                tenants.Add(new TenantId(reader.GetGuid(0)));
            }
        }

        return tenants;
    }

    /// <summary>"203.0.113.*", "2001:db8:7:*": what a provider gives to a household, and no more.</summary>
    internal static string? NetworkOf(string address) =>
        !IPAddress.TryParse(address, out var parsed) ? null
        : parsed.GetAddressBytes() is [var a, var b, var c, _] ? $"{a}.{b}.{c}.*"
        : string.Join(':', parsed.GetAddressBytes().Chunk(2).Take(3).Select(g => $"{(g[0] << 8) | g[1]:x}")) + ":*";

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static string? TextOf(IPAddress? address) =>
        address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4().ToString() : address?.ToString();
}
