using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace WhatsAI.Infrastructure.Persistence.Postgres;

/// <summary>
/// The console's own PostgreSQL: a private cluster on a Unix socket, in a session of its own so that Ctrl+C does not reach it.
/// Outlives a killed console, which adopts it at the next start; is restarted when it dies itself; stops with the console.
/// </summary>
public sealed class EmbeddedPostgres(EmbeddedPostgresOptions options, ILogger<EmbeddedPostgres> logger) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<ClusterLock> _locks = [];
    private ClusterHome? _home;
    private Cluster? _cluster;
    private Task _watch = Task.CompletedTask;

    public string AppConnectionString => ClusterProvision.ConnectionString(Home.SocketDirectory, ClusterProvision.App);

    public string OwnerConnectionString => ClusterProvision.ConnectionString(Home.SocketDirectory, ClusterProvision.Owner);

    /// <summary>Where the master key belongs: beside the cluster, never inside it.</summary>
    public string KeyFile => Home.KeyFile;

    internal ClusterHome Home => _home ?? throw new InvalidOperationException("The embedded database has not been started.");

    internal int? PostmasterPid => _cluster?.PostmasterPid();

    /// <summary>Returns when the database takes connections. Throws <see cref="DatabaseStartException"/> with a sentence to show.</summary>
    public async Task StartAsync(CancellationToken ct = default)
    {
        try
        {
            _locks.Add(ClusterLock.Take(options.DataDirectory));
            var installed = await PostgresBinaries.InstalledAsync(options.BinDirectory, ct);
            var account = await PostgresAccount.CurrentAsync(ct);
            _home = await ClusterHome.ChooseAsync(options, account, ct);
            if (_home.IsElsewhere)
            {
                _locks.Add(ClusterLock.Take(_home.Base)); // the data directory may have been removed under a running console
            }

            var binaries = PostgresBinaries.Choose(installed, _home.Cluster);
            _cluster = new Cluster(Home, binaries, account, options.Durable);
            await _cluster.CreateIfMissingAsync(ct);
            await _cluster.EnsureRunningAsync(ct);
            await ClusterProvision.EnsureAsync(Home.SocketDirectory, ct);
            logger.LogInformation("PostgreSQL {Major} is ready in {Directory}", binaries.Major, Home.Cluster);
            _watch = Task.Run(() => WatchAsync(_cluster, _stopping.Token), CancellationToken.None);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Finds the server that another console runs on the same data; takes no lock, starts and stops nothing.</summary>
    internal async Task AttachAsync(CancellationToken ct)
    {
        _home = await ClusterHome.ChooseAsync(options, await PostgresAccount.CurrentAsync(ct), ct);
        try
        {
            await using var connection = new NpgsqlConnection(
                ClusterProvision.ConnectionString(Home.SocketDirectory, ClusterProvision.Owner, pooled: false)
            );
            await connection.OpenAsync(ct);
        }
        catch (NpgsqlException e)
        {
            throw new DatabaseStartException(
                $"A console is starting or stopping on the data in {options.DataDirectory}: try again in a moment.",
                e
            );
        }
    }

    /// <summary>For a server that this process runs, or has attached itself to.</summary>
    internal async Task<ClusterDump> DumpAsync(CancellationToken ct) =>
        new(
            Home,
            PostgresBinaries.Choose(await PostgresBinaries.InstalledAsync(options.BinDirectory, ct), Home.Cluster),
            await PostgresAccount.CurrentAsync(ct)
        );

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _watch;
        if (_cluster is not null && _locks.Count > 0)
        {
            await _cluster.StopAsync(CancellationToken.None);
            if (Directory.Exists(Home.SocketDirectory) && !Directory.EnumerateFileSystemEntries(Home.SocketDirectory).Any())
            {
                Directory.Delete(Home.SocketDirectory);
            }
        }

        Release();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    /// <summary>Stops and deletes a cluster nobody holds; false when somebody does.</summary>
    internal static async Task<bool> TryRemoveAsync(EmbeddedPostgresOptions options, CancellationToken ct)
    {
        try
        {
            using var held = ClusterLock.Take(options.DataDirectory);
            var account = await PostgresAccount.CurrentAsync(ct);
            var home = await ClusterHome.ChooseAsync(options, account, ct);
            var installed = await PostgresBinaries.InstalledAsync(options.BinDirectory, ct);
            await new Cluster(home, installed[0], account, options.Durable).StopAsync(ct);
            foreach (var path in (string[])[home.Private, home.SocketDirectory, options.DataDirectory])
            {
                if (Directory.Exists(path))
                {
                    Directory.Delete(path, recursive: true);
                }
            }

            return true;
        }
        catch (DatabaseStartException)
        {
            return false;
        }
    }

    /// <summary>An idle connection breaks the moment the server dies, so nothing has to be asked in a loop.</summary>
    private async Task WatchAsync(Cluster cluster, CancellationToken stopping)
    {
        var pause = FirstPause;
        var ready = Stopwatch.StartNew();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(
                    ClusterProvision.ConnectionString(Home.SocketDirectory, ClusterProvision.Admin, "postgres", pooled: false)
                );
                await connection.OpenAsync(stopping);
                while (true)
                {
                    await connection.WaitAsync(stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException e)
            {
                logger.LogWarning("PostgreSQL went away ({Reason}); bringing it back", e.Message);
            }

            try
            {
                pause = ready.Elapsed > LongestPause ? FirstPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
                await Task.Delay(pause, stopping);
                await cluster.EnsureRunningAsync(stopping);
                ready.Restart();
                logger.LogWarning("PostgreSQL is back");
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                logger.LogError(e, "PostgreSQL does not come back; trying again");
            }
        }
    }

    private void Release()
    {
        _locks.ForEach(l => l.Dispose());
        _locks.Clear();
    }
}
