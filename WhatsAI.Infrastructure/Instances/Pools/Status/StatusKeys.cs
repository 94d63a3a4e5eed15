using System.Security.Cryptography;
using System.Text;
using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Status;

/// <summary>Whose a key is. <c>wst_{prefix}_{secret}</c>: the prefix finds the row, the hash of the whole decides.</summary>
public sealed class StatusKeys(NpgsqlDataSource database)
{
    private const string Start = "wst_";
    private const int PrefixLength = 12;
    private const int SecretLength = 48;

    /// <summary>Null for no key of anybody's. What is compared takes the same time wherever it differs.</summary>
    public async Task<TenantId?> FindAsync(string? key, CancellationToken ct)
    {
        if (key is null || PrefixOf(key) is not { } prefix)
        {
            return null;
        }

        await using var connection = await database.OpenConnectionAsync(ct);
        await using var command = connection.Sql("SELECT tenant_id, key_hash FROM status_keys WHERE prefix = $1", prefix);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) && CryptographicOperations.FixedTimeEquals(HashOf(key), reader.GetFieldValue<byte[]>(1))
            ? new TenantId(reader.GetGuid(0))
            : null;
    }

    /// <summary>A new key, as it is shown once, and what finds it.</summary>
    internal static (string Key, string Prefix) New()
    {
        var prefix = RandomNumberGenerator.GetHexString(PrefixLength, lowercase: true);
        return ($"{Start}{prefix}_{RandomNumberGenerator.GetHexString(SecretLength, lowercase: true)}", prefix);
    }

    internal static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static string? PrefixOf(string key) =>
        key.Length == Start.Length + PrefixLength + 1 + SecretLength
        && key.StartsWith(Start, StringComparison.Ordinal)
        && key[Start.Length + PrefixLength] == '_'
        && key.Skip(Start.Length).Take(PrefixLength).All(char.IsAsciiHexDigitLower)
            ? key.Substring(Start.Length, PrefixLength)
            : null;
}
