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

        await using (var batch = new NpgsqlBatch(connection))
        {
            foreach (var (contact, change) in changes)
            {
                batch.BatchCommands.Add(State(tenant, contact, change.Consent));
                batch.BatchCommands.Add(Line(tenant, contact, change.Line, byName));
            }

            await batch.ExecuteNonQueryAsync(ct);
        }

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

    private static async Task LiftAsync(
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

    private static NpgsqlBatchCommand State(TenantId tenant, ContactId contact, Consent consent) =>
        TenantSql.Command(
            "UPDATE contacts SET consent = $3, consent_since = $4, consent_basis = $5, consent_source = $6 WHERE tenant_id = $1 AND id = $2",
            tenant.Value,
            contact.Value,
            consent.State.ToString(),
            consent.Since?.ToUniversalTime(),
            consent.Basis?.ToString(),
            consent.Source?.ToString()
        );

    private static NpgsqlBatchCommand Line(TenantId tenant, ContactId contact, ConsentLine line, string? byName) =>
        TenantSql.Command(
            """
            INSERT INTO consent_changes (tenant_id, contact_id, from_state, to_state, said_at, source, basis, proof, by_id, by_name, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, left($10, 120), $11)
            """,
            tenant.Value,
            contact.Value,
            line.From.ToString(),
            line.News.To.ToString(),
            line.News.SaidAt.ToUniversalTime(),
            line.News.Source.ToString(),
            line.News.Basis?.ToString(),
            line.News.Proof,
            line.News.By?.Value,
            byName,
            line.At.ToUniversalTime()
        );
}
