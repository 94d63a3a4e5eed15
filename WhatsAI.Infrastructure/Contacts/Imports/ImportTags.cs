using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts.Tags;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Contacts.Imports;

/// <summary>The tags that a file names.</summary>
internal static class ImportTags
{
    /// <summary>By folded name; those for which there is no room any more are not among them.</summary>
    public static async Task<Dictionary<string, Guid>> EnsureAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyList<string> names,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var book = await ReadAsync(connection, tenant, ct);
        var missing = names.Where(n => !book.ContainsKey(Tag.Fold(n))).Take(Math.Max(0, TagActions.Most - book.Count)).ToArray();
        if (missing.Length == 0)
        {
            return book;
        }

        await using (
            var command = connection.Sql(
                """
                INSERT INTO tags (id, tenant_id, name, folded_name, colour, created_at)
                SELECT id, $1, name, folded, colour, $6 FROM unnest($2::uuid[], $3::text[], $4::text[], $5::int[]) AS n (id, name, folded, colour)
                ORDER BY folded ON CONFLICT (tenant_id, folded_name) DO NOTHING
                """,
                tenant.Value,
                missing.Select(_ => Id.New<TagId>(now).Value).ToArray(),
                missing,
                missing.Select(Tag.Fold).ToArray(),
                missing.Select((_, i) => ((book.Count + i) % Tag.Colours) + 1).ToArray(),
                now.ToUniversalTime()
            )
        )
        {
            await command.ExecuteNonQueryAsync(ct);
        }

        return await ReadAsync(connection, tenant, ct);
    }

    private static async Task<Dictionary<string, Guid>> ReadAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken ct)
    {
        await using var command = connection.Sql("SELECT folded_name, id FROM tags WHERE tenant_id = $1", tenant.Value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var book = new Dictionary<string, Guid>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
        {
            book[reader.GetString(0)] = reader.GetGuid(1);
        }

        return book;
    }
}
