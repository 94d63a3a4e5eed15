using System.Globalization;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Import;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Privacy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts;

/// <summary>Adds and changes contacts by hand.</summary>
public sealed class ContactActions(NpgsqlDataSource database, CurrentMember member, ErasedPeople erased, EventHub hub, TimeProvider time)
{
    /// <summary>What one click may tag.</summary>
    public const int MostAtOnce = 500;

    /// <exception cref="RuleException">The member may not, it is no phone number, somebody has it already or asked to be forgotten, or a value does not fit its field.</exception>
    public async Task<ContactId> CreateAsync(NewContact form, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsManage);
        if (!PhoneNumber.TryParse(form.Phone, out var phone))
        {
            throw new RuleException("contact.phone-invalid");
        }

        var (tenant, now) = (member.TenantId, time.GetUtcNow());
        var name = NameOf(form.Name);
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        var fields = await Fields.FieldSql.AllAsync(connection, tenant, shared: true, ct);
        var values = new Dictionary<string, FieldValue>(StringComparer.Ordinal);
        foreach (var field in form.Fields)
        {
            if (ValueOf(fields, field.Key, field.Text) is { } value)
            {
                values[field.Key] = value;
            }
        }

        if ((await erased.AmongAsync(connection, tenant, [(IdentityKind.Phone, phone.Value)], ct)).Count > 0)
        {
            throw new RuleException("contact.erased");
        }

        var id = Id.New<ContactId>(now);
        await using (var command = Insert(connection, tenant, id, name, phone, values, now))
        {
            if (await command.ExecuteNonQueryAsync(ct) == 0)
            {
                throw new RuleException("contact.phone-taken");
            }
        }

        foreach (var tag in form.Tags)
        {
            await TagAsync(connection, tenant, [id], tag, on: true, ct);
        }

        await transaction.CommitAsync(ct);
        hub.Publish(new ContactsChanged(tenant));
        return id;
    }

    /// <exception cref="RuleException">
    /// The member may not, the contact is gone, a value does not fit its field, or another member changed the same value meanwhile.
    /// </exception>
    public async Task SaveAsync(ContactId id, ContactEdit edit, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsManage);
        var tenant = member.TenantId;
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        var fields = await Fields.FieldSql.AllAsync(connection, tenant, shared: true, ct);
        var (name, values) = await LockAsync(connection, tenant, id, fields, ct);
        var wanted = NameOf(edit.Name);
        if (name != NameOf(edit.NameSeen) && name != wanted && wanted != NameOf(edit.NameSeen))
        {
            throw new RuleException("contact.changed-meanwhile");
        }

        name = wanted == NameOf(edit.NameSeen) ? name : wanted;
        foreach (var field in edit.Fields)
        {
            var (now, next) = (values.GetValueOrDefault(field.Key), ValueOf(fields, field.Key, field.Text));
            if (next == field.Seen)
            {
                continue;
            }

            if (now != field.Seen && now != next)
            {
                throw new RuleException("contact.changed-meanwhile");
            }

            _ = next is null ? values.Remove(field.Key) : (values[field.Key] = next) is not null;
        }

        await using (
            var command = connection.Sql(
                "UPDATE contacts SET name = $3, fields = fields - $6::text[] || $4, folded_fields = $5 WHERE tenant_id = $1 AND id = $2",
                tenant.Value,
                id.Value,
                name,
                JsonParameter.Of(FieldValues.Write(values)),
                JsonParameter.Of(FieldValues.WriteFolded(values)),
                fields.Keys.ToArray()
            )
        )
        {
            await command.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        hub.Publish(new ContactsChanged(tenant));
    }

    /// <summary>Puts a tag on contacts or takes it off; those that are gone are passed over.</summary>
    /// <exception cref="RuleException">The member may not, the tag is gone, or there are too many.</exception>
    public async Task TagAsync(IReadOnlyList<ContactId> contacts, TagId tag, bool on, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsManage);
        if (contacts.Count > MostAtOnce)
        {
            throw new RuleException("contact.too-many", MostAtOnce);
        }

        var tenant = member.TenantId;
        await using var transaction = await database.BeginAsync(tenant, ct);
        await TagAsync(transaction.Connection, tenant, contacts, tag, on, ct);
        await transaction.CommitAsync(ct);
        hub.Publish(new ContactsChanged(tenant));
    }

    private static async Task TagAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyList<ContactId> contacts,
        TagId tag,
        bool on,
        CancellationToken ct
    )
    {
        await using (
            var known = connection.Sql("SELECT 1 FROM tags WHERE tenant_id = $1 AND id = $2 FOR KEY SHARE", tenant.Value, tag.Value)
        )
        {
            if (await known.ExecuteScalarAsync(ct) is null)
            {
                throw new RuleException("tag.gone");
            }
        }

        await using var command = connection.Sql(
            on
                ? """
                INSERT INTO contact_tags (tenant_id, contact_id, tag_id)
                SELECT $1, p.id, $2 FROM contacts p WHERE p.tenant_id = $1 AND p.id = ANY ($3) AND p.merged_into IS NULL AND p.erased_at IS NULL
                    AND (SELECT count(*) FROM contact_tags t WHERE t.tenant_id = $1 AND t.contact_id = p.id) < $4
                ORDER BY p.id ON CONFLICT DO NOTHING
                """
                : "DELETE FROM contact_tags WHERE tenant_id = $1 AND tag_id = $2 AND contact_id = ANY ($3) AND $4 > 0",
            tenant.Value,
            tag.Value,
            contacts.Select(c => c.Value).ToArray(),
            Tag.MostOfOne
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>With its identity in one statement: who came first with the number keeps it, whatever brought him.</summary>
    private static NpgsqlCommand Insert(
        NpgsqlConnection connection,
        TenantId tenant,
        ContactId id,
        string? name,
        PhoneNumber phone,
        Dictionary<string, FieldValue> values,
        DateTimeOffset now
    ) =>
        connection.Sql(
            """
            WITH made AS (
                INSERT INTO contacts (id, tenant_id, name, phone, fields, folded_fields, created_at)
                SELECT $2, $1, $3, $4, $5, $6, $7
                WHERE NOT EXISTS (SELECT FROM contact_identities WHERE tenant_id = $1 AND kind = 'Phone' AND value = $4)
                RETURNING id
            )
            INSERT INTO contact_identities (tenant_id, kind, value, contact_id, jid, first_seen_at)
            SELECT $1, 'Phone', $4, id, $8, $7 FROM made
            """,
            tenant.Value,
            id.Value,
            name,
            phone.Value,
            JsonParameter.Of(FieldValues.Write(values)),
            JsonParameter.Of(FieldValues.WriteFolded(values)),
            now.ToUniversalTime(),
            Core.Messaging.Jid.Of(phone).Value
        );

    private static async Task<(string? Name, Dictionary<string, FieldValue> Values)> LockAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        ContactId id,
        IReadOnlyDictionary<string, ContactField> fields,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            "SELECT name, fields FROM contacts WHERE tenant_id = $1 AND id = $2 AND merged_into IS NULL AND erased_at IS NULL FOR UPDATE",
            tenant.Value,
            id.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? (
                reader.IsDBNull(0) ? null : reader.GetString(0),
                new Dictionary<string, FieldValue>(FieldValues.Read(reader.GetString(1), fields.Values), StringComparer.Ordinal)
            )
            : throw new RuleException("contact.gone");
    }

    private static FieldValue? ValueOf(IReadOnlyDictionary<string, ContactField> fields, string key, string text) =>
        !fields.TryGetValue(key, out var field)
            ? throw new RuleException("field.gone")
            : FieldInput.Read(field, text, CultureInfo.CurrentCulture) switch
            {
                FieldReading.Read read => read.Value,
                FieldReading.Empty => null,
                _ => throw new RuleException("contact.field-invalid", field.Name),
            };

    private static string? NameOf(string? typed)
    {
        var name = OneLine.Clean(typed ?? "");
        return name.Length > ImportRows.MaxName ? throw new RuleException("contact.name-invalid", ImportRows.MaxName)
            : name.Length > 0 ? name
            : null;
    }
}
