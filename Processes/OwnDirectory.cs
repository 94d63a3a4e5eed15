using WhatsAI.Infrastructure.Persistence.Postgres;

namespace WhatsAI.Processes;

/// <summary>
/// A place for files of one test or measurement, removed with whatever cluster still runs in it. What killed runs left behind goes at the start
/// of the next run: a directory whose lock and owner's file are free has nobody left.
/// </summary>
public sealed class OwnDirectory : IAsyncDisposable
{
    private static readonly string Root = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"whatsai-tests-{Environment.UserName}");

    private readonly FileStream _owned;

    public OwnDirectory()
    {
        Directory.CreateDirectory(Path);
        // Its cluster may be killed, and started again by the same test: only who has this file knows that he is done.
        _owned = new FileStream(OwnerOf(Path), FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
    }

    public string Path { get; } = System.IO.Path.Combine(Root, Guid.CreateVersion7().ToString("N"));

    public static async Task RemoveLeftOversAsync()
    {
        Directory.CreateDirectory(Root);
        foreach (var directory in new DirectoryInfo(Root).GetDirectories().Where(d => d.CreationTimeUtc < DateTime.UtcNow.AddMinutes(-2)))
        {
            if (!IsOwned(directory.FullName))
            {
                await EmbeddedPostgres.TryRemoveAsync(new EmbeddedPostgresOptions(directory.FullName), CancellationToken.None);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EmbeddedPostgres.TryRemoveAsync(new EmbeddedPostgresOptions(Path), CancellationToken.None);
        await _owned.DisposeAsync();
    }

    private static string OwnerOf(string directory) => directory + ".owner";

    private static bool IsOwned(string directory)
    {
        try
        {
            using var file = new FileStream(
                OwnerOf(directory),
                FileMode.OpenOrCreate,
                FileAccess.Write,
                FileShare.None,
                1,
                FileOptions.DeleteOnClose
            );
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
