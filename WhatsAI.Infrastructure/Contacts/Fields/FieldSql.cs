using Npgsql;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Fields;

internal static class FieldSql
{
    /// <summary>By key, of rows (id, name, key, kind, options, created_at).</summary>
    public static async Task<IReadOnlyDictionary<string, ContactField>> ReadAsync(
        NpgsqlDataReader reader,
        TenantId tenant,
        CancellationToken ct
    )
    {
        var fields = new Dictionary<string, ContactField>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
        {
            var key = reader.GetString(2);
            fields[key] = ContactField.Stored(
                new FieldId(reader.GetGuid(0)),
                tenant,
                key,
                reader.GetString(1),
                Enum.Parse<FieldKind>(reader.GetString(3)),
                reader.GetFieldValue<string[]>(4),
                reader.GetFieldValue<DateTimeOffset>(5)
            );
        }

        return fields;
    }
}
