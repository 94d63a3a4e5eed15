using System.Security.Cryptography;
using System.Text;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Privacy;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Consents;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Secrets;

namespace WhatsAI.Infrastructure.Contacts.Privacy;

/// <summary>Who was forgotten, known again only by who names him: asked wherever a person is made known whom nobody has.</summary>
/// <param name="master">Asked at first use, when the database has started.</param>
public sealed class ErasedPeople(Func<MasterKey> master)
{
    private readonly Lazy<MasterKey> _master = new(master);

    /// <summary>Without a master key nobody can be forgotten, and nobody who was is known again.</summary>
    public bool IsOpen => _master.Value.IsPresent;

    /// <summary>Those of them whose person was forgotten.</summary>
    internal async Task<HashSet<(IdentityKind Kind, string Value)>> AmongAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IEnumerable<(IdentityKind Kind, string Value)> identities,
        CancellationToken ct
    )
    {
        var asked = identities.Distinct().ToList();
        if (asked.Count == 0 || !IsOpen || !await AnyAsync(connection, tenant, ct))
        {
            return [];
        }

        var key = KeyOf(tenant);
        var hashes = asked.ToDictionary(i => ErasedIdentity.HashOf(i.Kind, i.Value, key), StringComparer.Ordinal);
        await using var command = connection.Sql(
            "SELECT hash FROM erased_identities WHERE tenant_id = $1 AND hash = ANY ($2)",
            tenant.Value,
            hashes.Keys.ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new HashSet<(IdentityKind, string)>();
        while (await reader.ReadAsync(ct))
        {
            found.Add(hashes[reader.GetString(0)]);
        }

        return found;
    }

    /// <summary>They are forgotten from now on; what suppressed them by name goes.</summary>
    /// <exception cref="RuleException">There is no master key.</exception>
    internal async Task AddAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<(IdentityKind Kind, string Value)> identities,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (!IsOpen)
        {
            throw new RuleException("secrets.no-key");
        }

        var key = KeyOf(tenant);
        await using var command = connection.Sql(
            """
            WITH lifted AS (
                DELETE FROM suppressions s USING unnest($3::text[], $4::text[]) AS t (kind, value)
                WHERE s.tenant_id = $1 AND s.kind = t.kind AND s.value = t.value
            )
            INSERT INTO erased_identities (tenant_id, hash, at) SELECT $1, hash, $5 FROM unnest($2::text[]) AS h (hash) ON CONFLICT DO NOTHING
            """,
            tenant.Value,
            identities.Select(i => ErasedIdentity.HashOf(i.Kind, i.Value, key)).Distinct().ToArray(),
            identities.Select(i => i.Kind.ToString()).ToArray(),
            identities.Select(i => i.Value).ToArray(),
            now.ToUniversalTime()
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// People who were forgotten and write again are contacts again, and opted out: who answers them may, what machines start does not reach them until they say
    /// otherwise themselves.
    /// </summary>
    internal async Task<bool> ReturnedAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<(IdentityKind Kind, string Value, ContactId Contact)> fresh,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var erased = await AmongAsync(connection, tenant, fresh.Select(f => (f.Kind, f.Value)), ct);
        var contacts = fresh.Where(f => erased.Contains((f.Kind, f.Value))).Select(f => f.Contact).Distinct().ToList();
        if (contacts.Count == 0)
        {
            return false;
        }

        var known = await ConsentSql.LockAsync(connection, tenant, contacts, ct);
        var news = new ConsentNews(ConsentState.OptedOut, now, ConsentSource.Erasure);
        var changes = known
            .Select(k => (k.Key, ConsentRules.Decide(k.Value, news, now) as ConsentStep.Change))
            .Where(c => c.Item2 is not null)
            .Select(c => (c.Key, c.Item2!))
            .ToList();
        await ConsentSql.WriteAsync(connection, tenant, changes, byName: null, ct);
        await ConsentSql.SuppressAsync(connection, tenant, contacts, now, ct);
        return true;
    }

    private static async Task<bool> AnyAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken ct)
    {
        await using var command = connection.Sql("SELECT 1 FROM erased_identities WHERE tenant_id = $1 LIMIT 1", tenant.Value);
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    // A key of each company's own, made of the one key: who has two companies' tables cannot tell that a person is in both.
    private byte[] KeyOf(TenantId tenant) =>
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            _master.Value.Value.ToArray(),
            32,
            tenant.Value.ToByteArray(bigEndian: true),
            Encoding.ASCII.GetBytes("erased-identity")
        );
}
