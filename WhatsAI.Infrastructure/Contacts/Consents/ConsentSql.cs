using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Contacts.Consents;

/// <summary>
/// Consent as it stands, its history and the suppressions that follow it, always in one transaction. Contacts are locked in the order of their ids.
/// </summary>
internal static class ConsentSql
{
    /// <summary>As it stands for each of them that is there, locked until the end of the transaction.</summary>
    public static async Task<Dictionary<ContactId, Consent>> LockAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IEnumerable<ContactId> contacts,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT id, consent, consent_since, consent_basis, consent_source FROM contacts
            WHERE tenant_id = $1 AND id = ANY ($2) AND erased_at IS NULL ORDER BY id FOR UPDATE
            """,
            tenant.Value,
            contacts.Select(c => c.Value).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var consents = new Dictionary<ContactId, Consent>();
        while (await reader.ReadAsync(ct))
        {
            consents[new ContactId(reader.GetGuid(0))] = new Consent(
                Enum.Parse<ConsentState>(reader.GetString(1)),
                reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2),
                reader.IsDBNull(3) ? null : Enum.Parse<LegalBasis>(reader.GetString(3)),
                reader.IsDBNull(4) ? null : Enum.Parse<ConsentSource>(reader.GetString(4))
            );
        }

        return consents;
    }

    /// <summary>Writes what the rules decided: state, line of the history, and what follows for the suppressions.</summary>
    /// <param name="byName">Of the member who entered it.</param>
    /// <returns>Those of whom something was suppressed that was not before.</returns>
    public static async Task<HashSet<ContactId>> WriteAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<(ContactId Contact, ConsentStep.Change Change)> changes,
        string? byName,
        CancellationToken ct
    )
    {
        if (changes.Count == 0)
        {
            return [];
        }

        await StateAsync(connection, tenant, changes, ct);
        await LinesAsync(connection, tenant, changes, byName, ct);
        var back = changes.Where(c => c.Change is { Line.From: ConsentState.OptedOut, Consent.State: not ConsentState.OptedOut });
        await LiftAsync(connection, tenant, [.. back.Select(c => c.Contact)], ct);
        var outs = changes.Where(c => c.Change.Consent.State == ConsentState.OptedOut).Select(c => c.Contact).ToArray();
        return await SuppressAsync(connection, tenant, outs, changes.First().Change.Line.At, ct);
    }

    /// <summary>
    /// Nobody may write to them by campaign or machine any more, by any identity known of them. In one statement and sorted: two numbers of a company may hear the
    /// same people at once, and must not wait for each other in a circle.
    /// </summary>
    public static async Task<HashSet<ContactId>> SuppressAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<ContactId> contacts,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var suppressed = new HashSet<ContactId>();
        if (contacts.Count == 0)
        {
            return suppressed;
        }

        await using var command = connection.Sql(
            """
            WITH fresh AS (
                INSERT INTO suppressions (tenant_id, kind, value, reason, since)
                SELECT $1, kind, value, 'opt-out', $3 FROM contact_identities WHERE tenant_id = $1 AND contact_id = ANY ($2) ORDER BY kind, value
                ON CONFLICT DO NOTHING
                RETURNING kind, value
            )
            SELECT DISTINCT i.contact_id FROM fresh f JOIN contact_identities i ON i.tenant_id = $1 AND i.kind = f.kind AND i.value = f.value
            """,
            tenant.Value,
            contacts.Select(c => c.Value).ToArray(),
            now.ToUniversalTime()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            suppressed.Add(new ContactId(reader.GetGuid(0)));
        }

        return suppressed;
    }

    /// <summary>By every identity they have now.</summary>
    public static async Task LiftAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<ContactId> contacts,
        CancellationToken ct
    )
    {
        if (contacts.Count == 0)
        {
            return;
        }

        await using var command = connection.Sql(
            """
            DELETE FROM suppressions s USING contact_identities i
            WHERE s.tenant_id = $1 AND i.tenant_id = $1 AND i.contact_id = ANY ($2) AND s.kind = i.kind AND s.value = i.value
            """,
            tenant.Value,
            contacts.Select(c => c.Value).ToArray()
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task StateAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<(ContactId Contact, ConsentStep.Change Change)> changes,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            UPDATE contacts p SET consent = n.state, consent_since = n.since, consent_basis = n.basis, consent_source = n.source
            FROM unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[]) AS n (id, state, since, basis, source)
            WHERE p.tenant_id = $1 AND p.id = n.id
            """,
            tenant.Value,
            changes.Select(c => c.Contact.Value).ToArray(),
            changes.Select(c => c.Change.Consent.State.ToString()).ToArray(),
            changes.Select(c => c.Change.Consent.Since?.UtcDateTime).ToArray(),
            changes.Select(c => c.Change.Consent.Basis?.ToString()).ToArray(),
            changes.Select(c => c.Change.Consent.Source?.ToString()).ToArray()
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task LinesAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<(ContactId Contact, ConsentStep.Change Change)> changes,
        string? byName,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            INSERT INTO consent_changes (tenant_id, contact_id, from_state, to_state, said_at, source, basis, proof, by_id, by_name, at)
            SELECT $1, contact, from_state, to_state, said_at, source, basis, proof, by_id, left($10, 120), at
            FROM unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::uuid[], $11::timestamptz[])
                AS n (contact, from_state, to_state, said_at, source, basis, proof, by_id, at)
            """,
            tenant.Value,
            changes.Select(c => c.Contact.Value).ToArray(),
            changes.Select(c => c.Change.Line.From.ToString()).ToArray(),
            changes.Select(c => c.Change.Line.News.To.ToString()).ToArray(),
            changes.Select(c => c.Change.Line.News.SaidAt.UtcDateTime).ToArray(),
            changes.Select(c => c.Change.Line.News.Source.ToString()).ToArray(),
            changes.Select(c => c.Change.Line.News.Basis?.ToString()).ToArray(),
            changes.Select(c => c.Change.Line.News.Proof).ToArray(),
            changes.Select(c => c.Change.Line.News.By?.Value).ToArray(),
            byName,
            changes.Select(c => c.Change.Line.At.UtcDateTime).ToArray()
        );
        await command.ExecuteNonQueryAsync(ct);
    }
}
