using WhatsAI.Infrastructure.Persistence.Postgres;

namespace WhatsAI.Processes;

/// <summary>
/// A place for files of one test or measurement, removed with whatever cluster still runs in it. What killed runs left behind goes at the start
/// of the next run: a directory whose lock is free has nobody left.
/// </summary>
public sealed class OwnDirectory : IAsyncDisposable
{
    private static readonly string Root = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"whatsai-tests-{Environment.UserName}");

    public OwnDirectory() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Combine(Root, Guid.CreateVersion7().ToString("N"));

    public static async Task RemoveLeftOversAsync()
    {
        Directory.CreateDirectory(Root);
        foreach (var directory in new DirectoryInfo(Root).GetDirectories().Where(d => d.CreationTimeUtc < DateTime.UtcNow.AddMinutes(-2)))
        {
            await EmbeddedPostgres.TryRemoveAsync(new EmbeddedPostgresOptions(directory.FullName), CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync() =>
        await EmbeddedPostgres.TryRemoveAsync(new EmbeddedPostgresOptions(Path), CancellationToken.None);
}
