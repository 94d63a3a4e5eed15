using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts;

/// <summary>A contact as a file holds it.</summary>
public sealed record ContactExportRow(
    string? Name,
    string? Phone,
    ConsentState Consent,
    DateTimeOffset? ConsentSince,
    IReadOnlyList<string> Tags,
    IReadOnlyDictionary<string, FieldValue> Fields,
    DateTimeOffset CreatedAt
);

/// <summary>The list as files hold it, by pages, so that neither the program nor the database holds it whole.</summary>
public sealed class ContactExportQueries(
    NpgsqlDataSource database,
    CurrentMember member,
    ContactQueries contacts,
    ContactCatalogQueries catalogs
)
{
    private const int Size = 1_000;

    /// <param name="filter">Which.</param>
    /// <param name="after">The page before ended there.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="RuleException">The member may not, or it took too long.</exception>
    public async Task<KeyPage<ContactExportRow, ContactKey>> PageAsync(
        ContactFilter filter,
        ContactKey? after = null,
        CancellationToken ct = default
    )
    {
        member.Demand(Permission.ContactsTransfer);
        var fields = (await catalogs.ReadAsync(ct)).Fields;
        var page = await contacts.PageAsync(filter, after, Size, ct);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await using var command = transaction.Connection.Sql(
            """
            SELECT p.id, p.consent_since, p.fields, p.created_at,
                ARRAY(SELECT t.name FROM contact_tags x JOIN tags t ON t.tenant_id = $1 AND t.id = x.tag_id
                    WHERE x.tenant_id = $1 AND x.contact_id = p.id ORDER BY t.folded_name)
            FROM contacts p WHERE p.tenant_id = $1 AND p.id = ANY ($2)
            """,
            member.TenantId.Value,
            page.Rows.Select(r => r.Id.Value).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var more = new Dictionary<ContactId, (DateTimeOffset? Since, string Fields, DateTimeOffset CreatedAt, string[] Tags)>();
        while (await reader.ReadAsync(ct))
        {
            more[new ContactId(reader.GetGuid(0))] = (
                reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1),
                reader.GetString(2),
                reader.GetFieldValue<DateTimeOffset>(3),
                reader.GetFieldValue<string[]>(4)
            );
        }

        // Who was merged or forgotten between the two reads is left out.
        return new KeyPage<ContactExportRow, ContactKey>(
            [
                .. page
                    .Rows.Where(r => more.ContainsKey(r.Id))
                    .Select(r =>
                    {
                        var (since, values, createdAt, tags) = more[r.Id];
                        return new ContactExportRow(r.Name, r.Phone, r.Consent, since, tags, FieldValues.Read(values, fields), createdAt);
                    }),
            ],
            page.Next
        );
    }
}
