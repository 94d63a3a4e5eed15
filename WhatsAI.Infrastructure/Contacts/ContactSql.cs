using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts;

/// <summary>One contact. The connection has entered the tenant.</summary>
internal static class ContactSql
{
    public static async Task<ContactView?> FindAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        ContactId id,
        IEnumerable<ContactField> fields,
        NpgsqlParameter numbers,
        CancellationToken ct
    )
    {
        id = await LedToAsync(connection, tenant, id, ct);
        if (await ReadAsync(connection, tenant, id, fields, ct) is not { } view)
        {
            return null;
        }

        return view with
        {
            History = await HistoryAsync(connection, tenant, id, ct),
            Threads = await ThreadsAsync(connection, tenant, id, numbers, ct),
        };
    }

    /// <summary>Whom a contact was merged into at last, or he himself.</summary>
    private static async Task<ContactId> LedToAsync(NpgsqlConnection connection, TenantId tenant, ContactId id, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            WITH RECURSIVE led AS (
                SELECT id, merged_into, 0 AS step FROM contacts WHERE tenant_id = $1 AND id = $2
                UNION ALL
                SELECT c.id, c.merged_into, l.step + 1 FROM led l JOIN contacts c ON c.tenant_id = $1 AND c.id = l.merged_into WHERE l.step < 50
            )
            SELECT id FROM led ORDER BY step DESC LIMIT 1
            """,
            tenant.Value,
            id.Value
        );
        return await command.ExecuteScalarAsync(ct) is Guid found ? new ContactId(found) : id;
    }

    private static async Task<ContactView?> ReadAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        ContactId id,
        IEnumerable<ContactField> fields,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT name, push_name, phone, picture_id, created_at, fields, consent, consent_since, consent_basis, consent_source,
                ARRAY(SELECT t.tag_id FROM contact_tags t WHERE t.tenant_id = $1 AND t.contact_id = $2)
            FROM contacts WHERE tenant_id = $1 AND id = $2 AND merged_into IS NULL AND erased_at IS NULL
            """,
            tenant.Value,
            id.Value
        );
        await using var r = await command.ExecuteReaderAsync(ct);
        return await r.ReadAsync(ct)
            ? new ContactView(
                id,
                Text(r, 0),
                Text(r, 1),
                Text(r, 2),
                r.IsDBNull(3) ? null : new MediaId(r.GetGuid(3)),
                r.GetFieldValue<DateTimeOffset>(4),
                FieldValues.Read(r.GetString(5), fields),
                Array.ConvertAll(r.GetFieldValue<Guid[]>(10), t => new TagId(t)),
                new Consent(
                    Enum.Parse<ConsentState>(r.GetString(6)),
                    r.IsDBNull(7) ? null : r.GetFieldValue<DateTimeOffset>(7),
                    Text(r, 8) is { } basis ? Enum.Parse<LegalBasis>(basis) : null,
                    Text(r, 9) is { } source ? Enum.Parse<ConsentSource>(source) : null
                ),
                [],
                []
            )
            : null;
    }

    /// <summary>Of the contact and of those that were merged into it, the newest first.</summary>
    private static async Task<IReadOnlyList<ConsentChangeRow>> HistoryAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        ContactId id,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            WITH RECURSIVE family AS (
                SELECT $2::uuid AS id
                UNION
                SELECT m.other_id FROM family f JOIN contact_merges m ON m.tenant_id = $1 AND m.kept_id = f.id AND m.undone_at IS NULL
            )
            SELECT from_state, to_state, said_at, source, basis, proof, by_name, at FROM consent_changes
            WHERE tenant_id = $1 AND contact_id IN (SELECT id FROM family) ORDER BY id DESC LIMIT 200
            """,
            tenant.Value,
            id.Value
        );
        await using var r = await command.ExecuteReaderAsync(ct);
        var lines = new List<ConsentChangeRow>();
        while (await r.ReadAsync(ct))
        {
            lines.Add(
                new ConsentChangeRow(
                    Enum.Parse<ConsentState>(r.GetString(0)),
                    Enum.Parse<ConsentState>(r.GetString(1)),
                    r.GetFieldValue<DateTimeOffset>(2),
                    Enum.Parse<ConsentSource>(r.GetString(3)),
                    Text(r, 4) is { } basis ? Enum.Parse<LegalBasis>(basis) : null,
                    Text(r, 5),
                    Text(r, 6),
                    r.GetFieldValue<DateTimeOffset>(7)
                )
            );
        }

        return lines;
    }

    private static async Task<IReadOnlyList<ContactThread>> ThreadsAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        ContactId id,
        NpgsqlParameter numbers,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            $"""
            SELECT c.id, i.name, h.status, h.last_at, h.last_preview FROM conversations c
            JOIN conversation_heads h ON h.tenant_id = $1 AND h.conversation_id = c.id
            JOIN instances i ON i.tenant_id = $1 AND i.id = c.instance_id
            WHERE c.tenant_id = $1 AND c.contact_id = $2 AND {NumberSight.In("c.instance_id", 3)}
            ORDER BY h.last_at DESC LIMIT 50
            """,
            tenant.Value,
            id.Value,
            numbers
        );
        await using var r = await command.ExecuteReaderAsync(ct);
        var threads = new List<ContactThread>();
        while (await r.ReadAsync(ct))
        {
            threads.Add(
                new ContactThread(
                    new ConversationId(r.GetGuid(0)),
                    r.GetString(1),
                    Enum.Parse<ConversationStatus>(r.GetString(2)),
                    r.GetFieldValue<DateTimeOffset>(3),
                    r.GetString(4)
                )
            );
        }

        return threads;
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
