using Microsoft.Extensions.Logging.Abstractions;
using WhatsAI.Infrastructure.Persistence.Postgres;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>A PostgreSQL that the test may stop, for consoles that take it for an external server. Commits are on disk, unlike in the shared one.</summary>
internal sealed class OwnCluster : IAsyncDisposable
{
    private readonly OwnDirectory _directory = new();
    private EmbeddedPostgres _postgres = null!;

    public string App => _postgres.AppConnectionString;

    public string Owner => _postgres.OwnerConnectionString;

    /// <summary>A console's settings to use it.</summary>
    public (string Key, string Value)[] Settings => [("ConnectionStrings:Console", App), ("ConnectionStrings:ConsoleOwner", Owner)];

    /// <param name="migrated">False: who starts a console on it makes its tables.</param>
    public static async Task<OwnCluster> StartAsync(bool migrated = true)
    {
        var cluster = new OwnCluster();
        if (migrated)
        {
            await MigratedCluster.CopyToAsync(cluster._directory.Path);
        }

        await cluster.StartAgainAsync();
        return cluster;
    }

    public async Task StartAgainAsync()
    {
        _postgres = new EmbeddedPostgres(new EmbeddedPostgresOptions(_directory.Path), NullLogger<EmbeddedPostgres>.Instance);
        await _postgres.StartAsync();
    }

    public Task StopAsync() => _postgres.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        await _directory.DisposeAsync();
    }
}
