namespace WhatsAI.Infrastructure.Persistence.Postgres;

/// <summary>
/// Held while a console uses a data directory. The kernel drops it with the process, however that dies, so it alone decides
/// whether a cluster found running is a crash's leftover or another console's: process ids are reused, locks are not.
/// </summary>
internal sealed class ClusterLock : IDisposable
{
    private const string FileName = "console.lock";

    private readonly FileStream _file;

    private ClusterLock(FileStream file) => _file = file;

    public static ClusterLock Take(string directory)
    {
        Directory.CreateDirectory(directory);
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB), and the descriptor closes on exec, so the server does not inherit it.
            return new ClusterLock(
                new FileStream(Path.Combine(directory, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
            );
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new DatabaseStartException(
                $"Another console is already running on the data in {directory}: stop it first, or give this one a "
                    + "Database:DataDirectory of its own.",
                e
            );
        }
    }

    public void Dispose() => _file.Dispose();
}
