using System.Text.Json;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Contacts.Import;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Imports;

/// <summary>Imports, how they stand and what became of their rows.</summary>
public sealed class ImportQueries(NpgsqlDataSource database, CurrentMember member, ContactCatalogQueries catalogs)
{
    private const int Shown = 15;
    private const int Kept = 30;

    private const string Columns = "id, file_name, format, state, size, read, tally, failure, by_name, created_at, started_at, ended_at";

    /// <summary>The latest first.</summary>
    public async Task<IReadOnlyList<ImportView>> ListAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsTransfer);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        return await ReadAsync(
            transaction.Connection.Sql(
                $"SELECT {Columns} FROM contact_imports WHERE tenant_id = $1 ORDER BY created_at DESC LIMIT $2",
                member.TenantId.Value,
                Kept
            ),
            ct
        );
    }

    /// <summary>Null: it is gone.</summary>
    public async Task<ImportView?> FindAsync(ImportId id, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsTransfer);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        var found = await ReadAsync(
            transaction.Connection.Sql(
                $"SELECT {Columns} FROM contact_imports WHERE tenant_id = $1 AND id = $2",
                member.TenantId.Value,
                id.Value
            ),
            ct
        );
        return found.SingleOrDefault();
    }

    /// <summary>Null: it is gone, or its file is.</summary>
    public async Task<ImportPreview?> PreviewAsync(ImportId id, CancellationToken ct = default)
    {
        if (await FindAsync(id, ct) is not { } import)
        {
            return null;
        }

        var fields = (await catalogs.ReadAsync(ct)).Fields;
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        if (await ImportFile.PieceAsync(transaction.Connection, member.TenantId, id, 0, ct) is not { } head)
        {
            return null;
        }

        var places = new CardFields(
            KeyLike(fields, "email", "e_mail"),
            KeyLike(fields, "empresa", "organizacao", "company", "organization"),
            KeyLike(fields, "aniversario", "nascimento", "data_de_nascimento", "birthday")
        );
        if (import.Format == ImportFormat.VCard)
        {
            var reader = new VCards(CsvDialect.EncodingOf(head));
            var cards = reader.Read(head).Take(Shown).ToList();
            cards.AddRange(cards.Count < Shown && head.Length < ImportFile.Piece ? reader.End() : []);
            return new ImportPreview(import.Format, [], cards, new ColumnMapping([], HasHeader: false), places, false, fields);
        }

        var rows = RowsOf(head, Shown);
        var remembered = rows.Count > 0 ? await RememberedAsync(transaction.Connection, rows[0].Cells, fields, ct) : null;
        var mapping = remembered ?? ColumnSuggestion.Of([.. rows.Select(r => r.Cells)], fields);
        return new ImportPreview(import.Format, rows, [], mapping, places, remembered is not null, fields);
    }

    /// <summary>What became of the lines after one, for the report.</summary>
    public async Task<IReadOnlyList<ImportLineRow>> LinesAsync(ImportId id, long after, int most, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsTransfer);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await using var command = transaction.Connection.Sql(
            """
            SELECT line, outcome, detail, notes FROM import_rows
            WHERE tenant_id = $1 AND import_id = $2 AND line > $3 ORDER BY line LIMIT $4
            """,
            member.TenantId.Value,
            id.Value,
            after,
            Math.Clamp(most, 1, 5_000)
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var lines = new List<ImportLineRow>();
        while (await reader.ReadAsync(ct))
        {
            lines.Add(
                new ImportLineRow(
                    reader.GetInt64(0),
                    reader.GetString(1),
                    reader.IsDBNull(2) ? null : reader.GetString(2),
                    reader.GetFieldValue<string[]>(3)
                )
            );
        }

        return lines;
    }

    internal static IReadOnlyList<CsvRow> RowsOf(byte[] head, int most)
    {
        var dialect = CsvDialect.Of(head.AsMemory(0, Math.Min(head.Length, CsvDialect.Head)));
        var reader = new CsvRows(dialect);
        var rows = reader.Read(head).Take(most).ToList();
        // A short file has no line's end behind its last row; of a long one what is cut off is no row.
        return rows.Count < most && head.Length < ImportFile.Piece ? [.. rows, .. reader.End()] : rows;
    }

    private static string? KeyLike(IReadOnlyList<ContactField> fields, params string[] keys) =>
        fields.FirstOrDefault(f => keys.Contains(f.Key, StringComparer.Ordinal))?.Key;

    private async Task<ColumnMapping?> RememberedAsync(
        NpgsqlConnection connection,
        IReadOnlyList<string> titles,
        IReadOnlyList<ContactField> fields,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            "SELECT mapping FROM import_mappings WHERE tenant_id = $1 AND signature = $2",
            member.TenantId.Value,
            ImportActions.SignatureOf(titles)
        );
        if (await command.ExecuteScalarAsync(ct) is not string json)
        {
            return null;
        }

        var mapping = JsonSerializer.Deserialize<ColumnMapping>(json, ImportActions.Json)!;
        var known = fields.Select(f => f.Key).ToHashSet(StringComparer.Ordinal);
        // A field that is gone since holds nothing.
        return mapping with
        {
            Columns =
            [
                .. mapping.Columns.Select(c => c is ColumnTarget.Field f && !known.Contains(f.Key) ? new ColumnTarget.Nothing() : c),
            ],
        };
    }

    private static async Task<IReadOnlyList<ImportView>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
        await using (var r = await command.ExecuteReaderAsync(ct))
        {
            var imports = new List<ImportView>();
            while (await r.ReadAsync(ct))
            {
                imports.Add(
                    new ImportView(
                        new ImportId(r.GetGuid(0)),
                        r.GetString(1),
                        Enum.Parse<ImportFormat>(r.GetString(2)),
                        Enum.Parse<ImportState>(r.GetString(3)),
                        r.GetInt64(4),
                        r.GetInt64(5),
                        r.IsDBNull(6) ? ImportTally.Empty : JsonSerializer.Deserialize<ImportTally>(r.GetString(6), ImportActions.Json)!,
                        r.IsDBNull(7) ? null : r.GetString(7),
                        r.GetString(8),
                        r.GetFieldValue<DateTimeOffset>(9),
                        r.IsDBNull(10) ? null : r.GetFieldValue<DateTimeOffset>(10),
                        r.IsDBNull(11) ? null : r.GetFieldValue<DateTimeOffset>(11)
                    )
                );
            }

            return imports;
        }
    }
}
