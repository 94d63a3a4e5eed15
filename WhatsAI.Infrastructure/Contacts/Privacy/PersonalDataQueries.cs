using System.IO.Compression;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Contacts.Privacy;

/// <param name="Content">A ZIP of JSON and stored files, at its beginning; it is gone when it is closed.</param>
public sealed record PersonalDataFile([property: JsonIgnore] Stream Content);

/// <summary>Everything that is kept about a person, as one file (LGPD, article 18).</summary>
public sealed class PersonalDataQueries(
    NpgsqlDataSource database,
    CurrentMember member,
    IEnumerable<IContactStep> steps,
    ILogger<PersonalDataQueries> log
)
{
    /// <summary>
    /// Written to disk rather than straight to the browser, so that no slow one holds the database.
    /// </summary>
    /// <exception cref="RuleException">The member may not, does not see every number, or the contact is gone.</exception>
    public async Task<PersonalDataFile> ExportAsync(ContactId id, CancellationToken ct = default)
    {
        Demand(member);
        await using var scope = await database.BeginAsync(member.TenantId, ct);
        var family = await ErasureSql.FamilyAsync(scope.Connection, member.TenantId, id, locked: false, ct);
        if (family.Count == 0)
        {
            throw new RuleException("contact.gone");
        }

        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), $"whatsai-{Guid.NewGuid():N}.zip"),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }
        );
        try
        {
            await using (var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Create, leaveOpen: true, null, ct))
            {
                await WriteAsync(zip, scope.Connection, family, ct);
            }

            log.LogInformation(
                "What is kept of contact {ContactId} of {TenantId} was given to {UserId}",
                id,
                member.TenantId,
                member.UserId
            );
            file.Position = 0;
            return new PersonalDataFile(file);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Who sees some numbers only cannot answer for what was said through the others.</summary>
    internal static void Demand(CurrentMember member)
    {
        member.Demand(Permission.ContactsErase);
        if (member.Numbers is not null)
        {
            throw new RuleException("personal-data.all-numbers");
        }
    }

    private async Task WriteAsync(ZipArchive zip, NpgsqlConnection connection, List<ContactId> family, CancellationToken ct)
    {
        foreach (var part in ErasureSql.Parts.Concat(steps.SelectMany(s => s.Parts)))
        {
            await using var entry = await zip.CreateEntry(part.Name + ".json", CompressionLevel.Fastest).OpenAsync(ct);
            await using var command = connection.Sql(part.Sql, member.TenantId.Value, family.Select(c => c.Value).ToArray());
            await using var reader = await command.ExecuteReaderAsync(ct);
            for (var isFirst = true; await reader.ReadAsync(ct); isFirst = false)
            {
                await entry.WriteAsync(Encoding.UTF8.GetBytes((isFirst ? "[\n" : ",\n") + reader.GetString(0)), ct);
            }

            await entry.WriteAsync(reader.HasRows ? "\n]\n"u8.ToArray() : "[]\n"u8.ToArray(), ct);
        }

        foreach (var step in steps)
        {
            foreach (var file in await step.FilesAsync(connection, member.TenantId, family, ct))
            {
                if (file.Open() is { } content)
                {
                    await using (content)
                    await using (var entry = await zip.CreateEntry("media/" + file.Name, CompressionLevel.NoCompression).OpenAsync(ct))
                    {
                        await content.CopyToAsync(entry, ct);
                    }
                }
            }
        }
    }
}
