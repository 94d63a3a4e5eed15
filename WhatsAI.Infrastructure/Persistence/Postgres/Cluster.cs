using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace WhatsAI.Infrastructure.Persistence.Postgres;

/// <summary>The server process of one cluster: made, started, found again, stopped. Knows nothing of who watches it.</summary>
internal sealed class Cluster(ClusterHome home, PostgresBinaries binaries, PostgresAccount account, bool durable)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2); // recovery after a crash can be long
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private string PidFile => Path.Combine(home.Cluster, "postmaster.pid");

    public async Task CreateIfMissingAsync(CancellationToken ct)
    {
        if (File.Exists(Path.Combine(home.Cluster, "PG_VERSION")))
        {
            return;
        }

        if (Directory.Exists(home.Unfinished))
        {
            Directory.Delete(home.Unfinished, recursive: true);
        }

        string[] initdb =
        [
            binaries.InitDb,
            $"--pgdata={home.Unfinished}",
            $"--username={ClusterProvision.Admin}",
            "--encoding=UTF8",
            "--auth-local=trust", // whoever passes the private socket directory is the server's own account, or root
            "--auth-host=reject",
            "--no-instructions",
            .. durable ? [] : (string[])["--no-sync"],
        ];
        var made = await account.RunAsync([.. initdb, "--locale=C.UTF-8"], ct);
        if (made.ExitCode != 0 && made.Text.Contains("locale", StringComparison.Ordinal))
        {
            made = await account.RunAsync([.. initdb, "--locale=C", "--locale-provider=icu", "--icu-locale=und"], ct);
        }

        if (made.ExitCode != 0)
        {
            throw new DatabaseStartException($"The database could not be made in {home.Private}: {made.Text}");
        }

        Directory.Move(home.Unfinished, home.Cluster);
    }

    /// <summary>Adopts the server if it answers, else starts it; returns when it takes connections.</summary>
    public async Task EnsureRunningAsync(CancellationToken ct)
    {
        await account.MakePrivateDirectoryAsync(home.SocketDirectory, ct);
        var failures = 0;
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            switch (await AskAsync(ct))
            {
                case Answer.Ready:
                    return;
                case Answer.Busy when waiting.Elapsed > Patience:
                    throw new DatabaseStartException($"PostgreSQL did not become ready; its log is in {home.Cluster}/log.");
                case Answer.Busy: // starting, recovering, or on its way down
                    await Task.Delay(Poll, ct);
                    continue;
            }

            if (OwnPostmasterRuns())
            {
                await StopAsync(ct); // it runs, but its socket was removed under it
            }

            var started = await account.RunAsync(
                [
                    binaries.PgCtl,
                    "start",
                    $"--pgdata={home.Cluster}",
                    $"--log={home.StartLog}",
                    "--wait",
                    "--timeout=60",
                    $"--options={ClusterSettings.CommandLine(home, durable)}",
                ],
                ct
            );
            if (started.ExitCode != 0 && ++failures >= 3)
            {
                throw new DatabaseStartException($"PostgreSQL does not start: {LastWords(started.Text)} (logs: {home.Private}).");
            }

            if (started.ExitCode != 0)
            {
                RemoveStrangersPidFile();
                await Task.Delay(TimeSpan.FromSeconds(failures), ct); // a killed server's children may still be leaving
            }
        }
    }

    public async Task StopAsync(CancellationToken ct)
    {
        if (!OwnPostmasterRuns())
        {
            return;
        }

        string[] stop = [binaries.PgCtl, "stop", $"--pgdata={home.Cluster}", "--wait"];
        if ((await account.RunAsync([.. stop, "--mode=fast", "--timeout=60"], ct)).ExitCode != 0)
        {
            await account.RunAsync([.. stop, "--mode=immediate", "--timeout=10"], ct);
        }
    }

    /// <summary>The process id of the running server; null when none runs.</summary>
    public int? PostmasterPid() => OwnPostmasterRuns() ? ReadPid() : null;

    /// <summary>
    /// The file's process id alone says nothing after a reboot or in a new container: the process must also name our cluster
    /// on its command line, or pg_ctl would signal a stranger.
    /// </summary>
    private bool OwnPostmasterRuns()
    {
        if (ReadPid() is not { } pid)
        {
            return false;
        }

        try
        {
            var words = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cmdline").Split('\0');
            return words.Contains(home.Cluster, StringComparer.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>
    /// After a reboot, or in a new container, the number in the file may belong to any process of the same user, and PostgreSQL
    /// then refuses to start for ever. Safe to remove only while we hold the lock and no process works inside the cluster.
    /// </summary>
    private void RemoveStrangersPidFile()
    {
        if (ReadPid() is not null && !OwnPostmasterRuns() && !Directory.EnumerateDirectories("/proc").Any(WorksInCluster))
        {
            File.Delete(PidFile);
        }
    }

    private bool WorksInCluster(string process)
    {
        try
        {
            return new DirectoryInfo(Path.Combine(process, "cwd")).LinkTarget == home.Cluster;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // gone meanwhile, or another user's
        }
    }

    private int? ReadPid()
    {
        try
        {
            return int.TryParse(File.ReadLines(PidFile).FirstOrDefault(), CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task<Answer> AskAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(
                ClusterProvision.ConnectionString(home.SocketDirectory, ClusterProvision.Admin, "postgres", pooled: false)
            );
            await connection.OpenAsync(ct);
            return Answer.Ready;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections)
        {
            return Answer.Busy;
        }
        catch (NpgsqlException e) when (e.InnerException is SocketException)
        {
            return Answer.None;
        }
        catch (NpgsqlException e) when (e is not PostgresException)
        {
            return Answer.Busy; // the connection broke half way: the server is going down
        }
    }

    private static string LastWords(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "no reason given";

    private enum Answer
    {
        None,
        Busy,
        Ready,
    }
}
