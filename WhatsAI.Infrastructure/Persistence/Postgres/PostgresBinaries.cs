using System.Globalization;
using System.Text.RegularExpressions;

namespace WhatsAI.Infrastructure.Persistence.Postgres;

/// <summary>An installed PostgreSQL: the directory of its programs and its major version.</summary>
internal sealed partial record PostgresBinaries(string Directory, int Major)
{
    private const int OldestMajor = 15; // what migrations and tests are made with
    private static readonly string[] Programs = ["initdb", "pg_ctl", "postgres"];

    public string InitDb => Path.Combine(Directory, "initdb");

    public string PgCtl => Path.Combine(Directory, "pg_ctl");

    /// <summary>Every installation, newest first; never none.</summary>
    public static async Task<IReadOnlyList<PostgresBinaries>> InstalledAsync(string? configured, CancellationToken ct)
    {
        var found = new List<PostgresBinaries>();
        foreach (var directory in Places(configured).Distinct().Where(d => Programs.All(p => File.Exists(Path.Combine(d, p)))))
        {
            var version = await PostgresAccount.RunAsCallerAsync([Path.Combine(directory, "pg_ctl"), "--version"], ct);
            if (Version().Match(version.Text) is { Success: true } match)
            {
                found.Add(new PostgresBinaries(directory, int.Parse(match.Groups["major"].Value, CultureInfo.InvariantCulture)));
            }
        }

        if (found.Count > 0)
        {
            return [.. found.OrderByDescending(b => b.Major)];
        }

        var place = string.IsNullOrEmpty(configured) ? "/usr/lib/postgresql or on the PATH" : configured;
        throw new DatabaseStartException(
            $"PostgreSQL is not installed (no initdb, pg_ctl and postgres in {place}): run \"apt-get install postgresql\", "
                + "set Database:BinDirectory, or set ConnectionStrings:Console to a server you already have."
        );
    }

    /// <summary>The newest, or the one that made the data in <paramref name="cluster"/>.</summary>
    public static PostgresBinaries Choose(IReadOnlyList<PostgresBinaries> installed, string cluster)
    {
        var versionFile = Path.Combine(cluster, "PG_VERSION");
        if (!File.Exists(versionFile))
        {
            return installed[0].Major >= OldestMajor
                ? installed[0]
                : throw new DatabaseStartException(
                    $"PostgreSQL {installed[0].Major} in {installed[0].Directory} is too old: install PostgreSQL {OldestMajor} or newer."
                );
        }

        var made = File.ReadAllText(versionFile).Trim();
        return installed.FirstOrDefault(b => b.Major.ToString(CultureInfo.InvariantCulture) == made)
            ?? throw new DatabaseStartException(
                $"The data in {cluster} was made by PostgreSQL {made}, but only PostgreSQL "
                    + $"{string.Join(", ", installed.Select(b => b.Major))} is installed: run \"apt-get install postgresql-{made}\", "
                    + "or move the data with pg_upgrade."
            );
    }

    private static IEnumerable<string> Places(string? configured)
    {
        if (!string.IsNullOrEmpty(configured))
        {
            return [configured];
        }

        var debian = System.IO.Directory.Exists("/usr/lib/postgresql") ? System.IO.Directory.GetDirectories("/usr/lib/postgresql") : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return debian.Select(d => Path.Combine(d, "bin")).Concat(path);
    }

    [GeneratedRegex(@"\(PostgreSQL\) (?<major>\d+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Version();
}
