using WhatsAI.Infrastructure.Backup;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Web.Hosting;

/// <summary>
/// <c>WhatsAI.Web backup /folder</c>, also while the console runs, and <c>WhatsAI.Web restore /folder</c> into an empty data directory: database, media and
/// master key of a console with its embedded database.
/// </summary>
public static class BackupCommand
{
    public static bool IsMeant(string[] args) => args is ["backup" or "restore", ..];

    /// <summary>0 when done, 1 when refused, 2 when it was not understood.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var verb, var folder, .. var rest] || folder.StartsWith('-'))
        {
            await Console.Error.WriteLineAsync($"{args[0]} FOLDER [--Database:DataDirectory …] [--Media:Directory …]");
            return 2;
        }

        folder = Path.GetFullPath(folder);
        var builder = ConsoleHost.CreateBuilder(rest);
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        try
        {
            await (verb == "backup" ? WriteAsync(app.Services, folder) : RestoreAsync(app.Services, folder));
            return 0;
        }
        catch (Exception e) when (e is DatabaseStartException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task WriteAsync(IServiceProvider services, string folder)
    {
        await services.GetRequiredService<DatabaseStartup>().AttachAsync();
        var report = await services.GetRequiredService<ConsoleBackup>().WriteAsync(folder, CancellationToken.None);
        await Console.Out.WriteLineAsync($"{folder}: the database and {report.Files} media files.");
        await Console.Out.WriteLineAsync(
            report.HasKey
                ? "master.key opens every secret in the dump: keep it apart from the rest."
                : "The master key is not in it: keep CONSOLE_MASTER_KEY, without which no gateway key in it can be read."
        );
    }

    private static async Task RestoreAsync(IServiceProvider services, string folder)
    {
        // Not beside a console: it would serve half of it.
        await services.GetRequiredService<DatabaseStartup>().EnsureAsync();
        var report = await services.GetRequiredService<ConsoleBackup>().RestoreAsync(folder, CancellationToken.None);
        await Console.Out.WriteLineAsync(
            $"The database, {report.Files} media files{(report.HasKey ? " and the master key" : "")}: start the console."
        );
        if (!report.HasKey)
        {
            await Console.Out.WriteLineAsync("The backup has no key in a file: set CONSOLE_MASTER_KEY to what it was.");
        }
    }
}
