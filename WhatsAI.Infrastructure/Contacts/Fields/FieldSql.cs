using Npgsql;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Contacts.Fields;

internal static class FieldSql
{
    /// <summary>By key.</summary>
    /// <param name="shared">So that none is deleted before the caller's transaction ends.</param>
    public static async Task<IReadOnlyDictionary<string, ContactField>> AllAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        bool shared,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            shared
                ? "SELECT id, name, key, kind, options, created_at FROM contact_fields WHERE tenant_id = $1 ORDER BY id FOR SHARE"
                : "SELECT id, name, key, kind, options, created_at FROM contact_fields WHERE tenant_id = $1 ORDER BY id",
            tenant.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await ReadAsync(reader, tenant, ct);
    }

    /// <summary>By key, of rows (id, name, key, kind, options, created_at).</summary>
    private static async Task<IReadOnlyDictionary<string, ContactField>> ReadAsync(
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
