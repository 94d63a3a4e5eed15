using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Import;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Imports;

/// <summary>Takes files of contacts in, and begins and stops what is made of them.</summary>
public sealed class ImportActions(NpgsqlDataSource database, CurrentMember member, Limits limits, EventHub hub, TimeProvider time)
{
    /// <summary>Bytes of a file.</summary>
    public const long Largest = 100L * 1024 * 1024;

    private const long Megabyte = 1024 * 1024;

    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        AllowOutOfOrderMetadataProperties = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Keeps a file; nothing is taken in before <see cref="StartAsync"/>.</summary>
    /// <param name="content">Read to its end.</param>
    /// <param name="fileName">As the browser says.</param>
    /// <param name="ct">Cancels; nothing is kept then.</param>
    /// <exception cref="RuleException">The member may not, or it is too large, empty, or no text.</exception>
    public async Task<ImportId> UploadAsync(Stream content, string? fileName, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsTransfer);
        limits.DemandUpload(member.UserId);
        // Aside first: a slow line holds no transaction, and no file is held in memory.
        await using var aside = new FileStream(
            Path.Combine(Path.GetTempPath(), "import-" + Guid.NewGuid().ToString("N")),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            64 * 1024,
            FileOptions.Asynchronous | FileOptions.DeleteOnClose
        );
        var buffer = new byte[64 * 1024];
        for (int read; (read = await content.ReadAsync(buffer, ct)) > 0; )
        {
            await aside.WriteAsync(buffer.AsMemory(0, read), ct);
            if (aside.Length > Largest)
            {
                throw new RuleException("import.too-large", Largest / Megabyte);
            }
        }

        var name = OneLine.Clean(fileName ?? "");
        name = name.Length > 200 ? name[^200..] : name;
        aside.Position = 0;
        var head = new byte[512];
        var length = await aside.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        if (length == 0)
        {
            throw new RuleException("import.empty");
        }

        if (ImportFile.IsNoText(head.AsSpan(0, length)))
        {
            throw new RuleException("import.no-text");
        }

        aside.Position = 0;
        var (tenant, now) = (member.TenantId, time.GetUtcNow());
        var id = Id.New<ImportId>(now);
        await using var transaction = await database.BeginAsync(tenant, ct);
        await using (
            var command = transaction.Connection.Sql(
                """
                INSERT INTO contact_imports (id, tenant_id, file_name, format, size, state, last_line, read, by_id, by_name, created_at)
                VALUES ($2, $1, $3, $4, $5, 'Uploaded', 0, 0, $6, left($7, 120), $8)
                """,
                tenant.Value,
                id.Value,
                name.Length > 0 ? name : "?",
                ImportFile.FormatOf(name, head.AsSpan(0, length)).ToString(),
                aside.Length,
                member.UserId.Value,
                member.DisplayName,
                now.ToUniversalTime()
            )
        )
        {
            await command.ExecuteNonQueryAsync(ct);
        }

        await ImportFile.WriteAsync(transaction.Connection, tenant, id, aside, ct);
        await transaction.CommitAsync(ct);
        hub.Publish(new ContactsChanged(tenant));
        return id;
    }

    /// <summary>Begins; it goes on by itself, also over a restart. A second click changes nothing.</summary>
    /// <exception cref="RuleException">The member may not, it is gone, or the plan cannot be used.</exception>
    public async Task StartAsync(ImportId id, ImportPlan plan, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsTransfer);
        var tenant = member.TenantId;
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        var (format, state) = await LockAsync(connection, id, ct);
        plan = plan.Checked(format);
        if (state != ImportState.Uploaded)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                TenantSql.Command(
                    "UPDATE contact_imports SET state = 'Running', plan = $3, started_at = now() WHERE tenant_id = $1 AND id = $2",
                    tenant.Value,
                    id.Value,
                    JsonParameter.Of(JsonSerializer.Serialize(plan, Json))
                ),
                TenantSql.Command(
                    "INSERT INTO import_work (import_id, tenant_id, due_at, epoch) VALUES ($2, $1, now(), 0)",
                    tenant.Value,
                    id.Value
                ),
            },
        };
        if (plan.Mapping is { HasHeader: true } mapping && await TitlesAsync(connection, id, ct) is { } titles)
        {
            batch.BatchCommands.Add(
                TenantSql.Command(
                    """
                    INSERT INTO import_mappings (tenant_id, signature, mapping, used_at) VALUES ($1, $2, $3, now())
                    ON CONFLICT (tenant_id, signature) DO UPDATE SET mapping = excluded.mapping, used_at = excluded.used_at
                    """,
                    tenant.Value,
                    SignatureOf(titles),
                    JsonParameter.Of(JsonSerializer.Serialize(mapping, Json))
                )
            );
        }

        await batch.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        hub.Publish(new ContactsChanged(tenant));
    }

    /// <summary>What is in stays; nothing more comes in after it.</summary>
    /// <exception cref="RuleException">The member may not, or it is gone.</exception>
    public async Task CancelAsync(ImportId id, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsTransfer);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        // Its work first, as whoever works on it holds that first.
        await using (
            var command = transaction.Connection.Sql(
                "DELETE FROM import_work WHERE tenant_id = $1 AND import_id = $2",
                member.TenantId.Value,
                id.Value
            )
        )
        {
            await command.ExecuteNonQueryAsync(ct);
        }

        var (_, state) = await LockAsync(transaction.Connection, id, ct);
        if (state is ImportState.Uploaded or ImportState.Running)
        {
            await ImportSql.EndAsync(transaction.Connection, member.TenantId, id, ImportState.Cancelled, null, ct);
            await transaction.CommitAsync(ct);
            hub.Publish(new ContactsChanged(member.TenantId));
        }
    }

    /// <summary>Its report goes with it, its contacts stay.</summary>
    /// <exception cref="RuleException">The member may not, it is gone, or it runs.</exception>
    public async Task DeleteAsync(ImportId id, CancellationToken ct = default)
    {
        member.Demand(Permission.ContactsTransfer);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        var (_, state) = await LockAsync(transaction.Connection, id, ct);
        if (state == ImportState.Running)
        {
            throw new RuleException("import.runs");
        }

        await using var command = transaction.Connection.Sql(
            "DELETE FROM contact_imports WHERE tenant_id = $1 AND id = $2",
            member.TenantId.Value,
            id.Value
        );
        await command.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        hub.Publish(new ContactsChanged(member.TenantId));
    }

    internal static string SignatureOf(IReadOnlyList<string> titles) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ColumnMapping.SignatureOf(titles))));

    private async Task<IReadOnlyList<string>?> TitlesAsync(NpgsqlConnection connection, ImportId id, CancellationToken ct) =>
        await ImportFile.PieceAsync(connection, member.TenantId, id, 0, ct) is { } head
            ? ImportQueries.RowsOf(head, 1).Select(r => r.Cells).FirstOrDefault()
            : null;

    private async Task<(ImportFormat Format, ImportState State)> LockAsync(NpgsqlConnection connection, ImportId id, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "SELECT format, state FROM contact_imports WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
            member.TenantId.Value,
            id.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? (Enum.Parse<ImportFormat>(reader.GetString(0)), Enum.Parse<ImportState>(reader.GetString(1)))
            : throw new RuleException("import.gone");
    }
}
