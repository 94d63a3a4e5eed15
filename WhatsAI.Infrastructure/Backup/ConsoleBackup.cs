using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Retention;
using WhatsAI.Infrastructure.Secrets;

namespace WhatsAI.Infrastructure.Backup;

/// <summary>
/// The embedded database, its key and the media directory in one folder, and back. A server of one's own has its own tools (docs/operation.md).
/// </summary>
public sealed class ConsoleBackup(
    DatabaseStartup startup,
    DatabaseAddress address,
    IOptions<MediaOptions> media,
    IConfiguration configuration
)
{
    private const string Dump = "database.dump";
    private const string Media = "media";
    private const string Key = "master.key";
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersDirectory = OwnersOnly | UnixFileMode.UserExecute;

    /// <summary>
    /// While a console runs, too. The dump is put in its place last: where there is one, the folder is complete, also when a later backup into the same
    /// folder was interrupted. Into the same folder again only new files are copied.
    /// </summary>
    /// <exception cref="DatabaseStartException">A sentence to show.</exception>
    public async Task<BackupReport> WriteAsync(string folder, CancellationToken ct)
    {
        RefuseExternal();
        Directory.CreateDirectory(folder, OwnersDirectory);
        var (source, target) = (media.Value.Directory, Path.Combine(folder, Media));
        // Retention holds the same lock: no file goes while it is being copied.
        await using var held = await HoldAsync(ct);
        // Most of it before the dump is made, what came meanwhile after it: a row's file is always older than the row.
        MediaCopy.AddMissing(source, target, ct);
        var unfinished = Path.Combine(folder, Dump + ".new");
        await using (var file = new FileStream(unfinished, Fresh()))
        {
            await (await startup.DumpAsync(ct)).WriteAsync(file, ct);
            file.Flush(flushToDisk: true);
        }

        MediaCopy.AddMissing(source, target, ct);
        var hasKey = CopyKey(address.KeyFile!, Path.Combine(folder, Key));
        File.Move(unfinished, Path.Combine(folder, Dump), overwrite: true);
        var files = MediaCopy.RemoveSurplus(source, target, ct);
        return new BackupReport(files, hasKey);
    }

    /// <summary>Into a data directory without a console's data. May be repeated after it was interrupted: the database comes last, all or nothing.</summary>
    /// <inheritdoc cref="WriteAsync"/>
    public async Task<BackupReport> RestoreAsync(string folder, CancellationToken ct)
    {
        RefuseExternal();
        var dump = Path.Combine(folder, Dump);
        if (!File.Exists(dump))
        {
            throw new DatabaseStartException($"There is no complete backup in {folder}: it has no {Dump}.");
        }

        await RefuseDataAsync(ct);
        var (saved, key) = (Path.Combine(folder, Key), address.KeyFile!);
        if (File.Exists(saved) && File.Exists(key) && await File.ReadAllTextAsync(saved, ct) != await File.ReadAllTextAsync(key, ct))
        {
            throw new DatabaseStartException($"{key} is another key than the backup's: move it away first.");
        }

        var hasKey = CopyKey(saved, key);
        var files = MediaCopy.AddMissing(Path.Combine(folder, Media), media.Value.Directory, ct);
        await using (var file = File.OpenRead(dump))
        {
            await (await startup.DumpAsync(ct)).ReadAsync(file, ct);
        }

        await RunAsync("ANALYZE", ct);
        return new BackupReport(files, hasKey);
    }

    private void RefuseExternal()
    {
        if (!address.IsEmbedded)
        {
            throw new DatabaseStartException(
                "The database is a server of your own: back it up with pg_dump, and the media directory and CONSOLE_MASTER_KEY with it, as "
                    + "docs/operation.md says."
            );
        }
    }

    private async Task RefuseDataAsync(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(address.OwnerConnectionString);
        await connection.OpenAsync(ct);
        await using var command = connection.Sql("SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')");
        if (await command.ExecuteScalarAsync(ct) is true)
        {
            throw new DatabaseStartException(
                "The database here holds a console's data already: restore into an empty Database:DataDirectory."
            );
        }
    }

    /// <returns>Whether there is a key in a file; it may be in the environment.</returns>
    private bool CopyKey(string from, string to)
    {
        if (!File.Exists(from) || !string.IsNullOrWhiteSpace(configuration[MasterKey.Variable]))
        {
            return false;
        }

        var unfinished = to + ".new";
        using (var file = new FileStream(unfinished, Fresh()))
        {
            file.Write(File.ReadAllBytes(from));
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, to, overwrite: true);
        return true;
    }

    private async Task<NpgsqlConnection> HoldAsync(CancellationToken ct)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(address.AppConnectionString) { Pooling = false }.ConnectionString
        );
        await connection.OpenAsync(ct);
        await using var command = connection.Sql("SELECT pg_advisory_lock($1)", RetentionSweep.LockKey);
        command.CommandTimeout = 0; // as long as a sweep takes
        await command.ExecuteNonQueryAsync(ct);
        return connection;
    }

    private async Task RunAsync(string sql, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(address.OwnerConnectionString);
        await connection.OpenAsync(ct);
        await using var command = connection.Sql(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(ct);
    }

    private static FileStreamOptions Fresh() =>
        new()
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = OwnersOnly,
        };
}

/// <param name="Files">Media files in the backup, or copied out of it.</param>
/// <param name="HasKey">False: the master key is in the environment, or nowhere yet.</param>
public sealed record BackupReport(int Files, bool HasKey);
