using System.Globalization;
using Npgsql;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Campaigns.Templates;

/// <summary>What templates say of the company itself.</summary>
internal sealed record TemplateCompany(string Name, FieldWords Words)
{
    public static async Task<TemplateCompany> OfAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken ct)
    {
        await using var command = connection.Sql("SELECT name, language FROM tenants WHERE id = $1", tenant.Value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new TemplateCompany(reader.GetString(0), WordsOf(reader.GetString(1)));
    }

    /// <summary>In the middle of a sentence, so in small letters.</summary>
    public static FieldWords WordsOf(string language) =>
        language == "en"
            ? new FieldWords("yes", "no", CultureInfo.GetCultureInfo("en"))
            : new FieldWords("sim", "não", CultureInfo.GetCultureInfo("pt-BR"));

    /// <param name="name">Null where only a phone is known.</param>
    /// <param name="fields">As they are stored.</param>
    /// <param name="known">The company's fields.</param>
    /// <param name="campaign">The campaign's own values.</param>
    public TemplateValues Of(
        string? name,
        string fields,
        IEnumerable<ContactField> known,
        IReadOnlyDictionary<string, string>? campaign = null
    ) => new(name, Name, FieldValues.Read(fields, known), campaign ?? new Dictionary<string, string>(StringComparer.Ordinal), Words);
}

/// <summary>People as templates see them. The connection has entered the tenant.</summary>
internal static class TemplatePeople
{
    /// <summary>Null: there is none, it was merged into another, or the person was forgotten.</summary>
    /// <param name="campaign">The campaign's own values; null where none is known yet.</param>
    public static async Task<TemplatePerson?> FindAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        ContactId id,
        TemplateCatalog catalog,
        IReadOnlyDictionary<string, string>? campaign,
        CancellationToken ct
    )
    {
        var company = await TemplateCompany.OfAsync(connection, tenant, ct);
        await using var command = connection.Sql(
            """
            SELECT coalesce(name, push_name), phone, fields FROM contacts
            WHERE tenant_id = $1 AND id = $2 AND merged_into IS NULL AND erased_at IS NULL
            """,
            tenant.Value,
            id.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
        {
            return null;
        }

        var name = reader.IsDBNull(0) ? null : reader.GetString(0);
        var values = company.Of(name, reader.GetString(2), catalog.Fields.Values, campaign);
        return new TemplatePerson(
            id,
            name,
            reader.IsDBNull(1) ? null : reader.GetString(1),
            new FrozenValues(
                catalog
                    .Names.Select(n => (Name: n, Value: values.Of(n)))
                    .Where(v => v.Value is not null)
                    .ToDictionary(v => v.Name, v => v.Value!, StringComparer.Ordinal)
            )
        );
    }
}
