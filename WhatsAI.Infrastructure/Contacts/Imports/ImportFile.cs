using Npgsql;
using WhatsAI.Core.Contacts.Import;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Contacts.Imports;

/// <summary>A file between its upload and its last row: in pieces in the database, where every copy of the console and the company's wall find it.</summary>
internal static class ImportFile
{
    /// <summary>Bytes of a piece; the first is enough for a preview.</summary>
    public const int Piece = 256 * 1024;

    /// <summary>In the caller's transaction, a piece at a time.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, TenantId tenant, ImportId import, Stream content, CancellationToken ct)
    {
        var buffer = new byte[Piece];
        for (var number = 0; await content.ReadAtLeastAsync(buffer, Piece, throwOnEndOfStream: false, ct) is var read and > 0; number++)
        {
            await using var command = connection.Sql(
                "INSERT INTO import_chunks (tenant_id, import_id, number, bytes) VALUES ($1, $2, $3, $4)",
                tenant.Value,
                import.Value,
                number,
                buffer.AsSpan(0, read).ToArray()
            );
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    /// <summary>Null: the file ends before it, or is gone.</summary>
    public static async Task<byte[]?> PieceAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        ImportId import,
        int number,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            "SELECT bytes FROM import_chunks WHERE tenant_id = $1 AND import_id = $2 AND number = $3",
            tenant.Value,
            import.Value,
            number
        );
        return await command.ExecuteScalarAsync(ct) as byte[];
    }

    /// <summary>By its name or its first line; everything else is read as a table.</summary>
    public static ImportFormat FormatOf(string fileName, ReadOnlySpan<byte> head) =>
        fileName.EndsWith(".vcf", StringComparison.OrdinalIgnoreCase) || head.IndexOf("BEGIN:VCARD"u8) is >= 0 and < 16
            ? ImportFormat.VCard
            : ImportFormat.Csv;

    /// <summary>A workbook, an archive, a document: nothing that lines could be read of.</summary>
    public static bool IsNoText(ReadOnlySpan<byte> head) =>
        head.StartsWith("PK\x03\x04"u8) || head.StartsWith("%PDF"u8) || head.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]);
}
