using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Persistence.Postgres;

namespace WhatsAI.Tests.Common;

/// <summary>
/// A migrated cluster that nobody runs, made once per test run: tests that are not about a first start begin with a copy of it, because making one costs
/// five seconds of a core.
/// </summary>
internal static class MigratedCluster
{
    private static readonly Lazy<Task<OwnDirectory>> Made = new(MakeAsync);

    /// <summary>As if a console had been started on this directory once and stopped. What has a cluster already is left as it is.</summary>
    public static async Task CopyToAsync(string directory)
    {
        var template = (await Made.Value).Path;
        var account = await PostgresAccount.CurrentAsync(CancellationToken.None);
        Directory.CreateDirectory(directory);
        var (from, to) = (await HomeAsync(template, account), await HomeAsync(directory, account));
        if (Directory.Exists(to.Cluster))
        {
            return;
        }

        var copied = await account.RunAsync(["cp", "--archive", from.Cluster, to.Cluster], CancellationToken.None);
        copied.ExitCode.ShouldBe(0, copied.Text);
    }

    public static async Task RemoveAsync()
    {
        if (Made.IsValueCreated)
        {
            await (await Made.Value).DisposeAsync();
        }
    }

    private static Task<ClusterHome> HomeAsync(string directory, PostgresAccount account) =>
        ClusterHome.ChooseAsync(new EmbeddedPostgresOptions(directory), account, CancellationToken.None);

    private static async Task<OwnDirectory> MakeAsync()
    {
        await OwnDirectory.RemoveLeftOversAsync();
        var directory = new OwnDirectory();
        await using var postgres = new EmbeddedPostgres(
            new EmbeddedPostgresOptions(directory.Path) { Durable = false },
            NullLogger<EmbeddedPostgres>.Instance
        );
        await postgres.StartAsync();
        await Migrator.MigrateAsync(
            postgres.OwnerConnectionString,
            new NpgsqlConnectionStringBuilder(postgres.AppConnectionString).Username!
        );
        return directory;
    }
}
