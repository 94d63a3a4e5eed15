using System.Security.Cryptography;
using System.Text;

namespace WhatsAI.Infrastructure.Persistence.Postgres;

/// <summary>
/// Where one cluster lives: normally below the data directory. A console started as root runs the server as another user, who
/// cannot enter a home of mode 0700; the cluster then goes below the fallback directory, under a name derived from the data
/// directory's real path, and a note in the data directory says so.
/// </summary>
internal sealed record ClusterHome(string Base, string SocketDirectory)
{
    private const string Note = "where-the-database-is.txt";

    public bool IsElsewhere { get; private init; }

    /// <summary>Belongs to the server's account.</summary>
    public string Private => Path.Combine(Base, "postgres");

    public string Cluster => Path.Combine(Private, "cluster");

    /// <summary>A cluster in the making; renamed when complete, so that a half-made one is never taken for data.</summary>
    public string Unfinished => Path.Combine(Private, "cluster.new");

    public string StartLog => Path.Combine(Private, "start.log");

    public string KeyFile => Path.Combine(Base, "master.key");

    public static async Task<ClusterHome> ChooseAsync(EmbeddedPostgresOptions options, PostgresAccount account, CancellationToken ct)
    {
        var data = RealPath(options.DataDirectory);
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)))[..16];
        var near = new ClusterHome(data, SocketFor(name, account));
        var far = near with { Base = Path.Combine(options.FallbackDirectory, name), IsElsewhere = true };
        if (!account.IsAnother)
        {
            await account.MakePrivateDirectoryAsync(near.Private, ct);
            return near;
        }

        var hasNear = HasData(near);
        if (!hasNear && HasData(far))
        {
            return far; // stays where it began, even if the data directory can be reached by now
        }

        await account.MakePrivateDirectoryAsync(near.Private, ct);
        if ((await account.RunAsync(["test", "-w", near.Private], ct)).ExitCode == 0)
        {
            return near;
        }

        if (hasNear)
        {
            throw new DatabaseStartException(
                $"The database in {near.Cluster} can no longer be reached by the user {account.Name}: "
                    + $"give that user the right to pass through the directories above it (chmod o+x)."
            );
        }

        Directory.Delete(near.Private, recursive: true);
        Directory.CreateDirectory(far.Base);
        await account.MakePrivateDirectoryAsync(far.Private, ct);
        await File.WriteAllTextAsync(
            Path.Combine(data, Note),
            $"The user {account.Name}, under whom PostgreSQL runs, cannot reach this directory.\nThe database is in {far.Base}.\n",
            ct
        );
        return far;
    }

    /// <summary>A socket's path has 107 bytes at most, so it never lies below the data directory, which may be deep.</summary>
    private static string SocketFor(string name, PostgresAccount account) =>
        account.IsAnother && Directory.Exists("/run") ? $"/run/whatsai-console-{name}" : $"/tmp/whatsai-console-{name}";

    private static bool HasData(ClusterHome home) => File.Exists(Path.Combine(home.Cluster, "PG_VERSION"));

    /// <summary>Two ways to the same directory must give one name, or one database would become two.</summary>
    private static string RealPath(string path)
    {
        var real = "/";
        foreach (var part in Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, part);
            real = new DirectoryInfo(next).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? next;
        }

        return real;
    }
}
