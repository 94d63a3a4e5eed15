using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Persistence.Postgres;
using WhatsAI.Infrastructure.Secrets;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

[assembly: AssemblyFixture(typeof(TestDatabase))]

namespace WhatsAI.Tests.Common;

/// <summary>
/// One migrated embedded cluster per test run, started by the first test that asks and stopped after the last test. Tests make a
/// tenant each, so they share it, run in parallel and clean nothing.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly Lazy<Task<Running>> Started = new(StartAsync);

    /// <summary>The app role, which row-level security binds: what the program uses.</summary>
    public static async Task<string> AppAsync() => (await Started.Value).Postgres.AppConnectionString;

    /// <summary>The owner role: sees every tenant's rows, for arranging and for looking behind the walls.</summary>
    public static async Task<string> OwnerAsync() => (await Started.Value).Postgres.OwnerConnectionString;

    /// <summary>Where the run's master key is, removed with the cluster.</summary>
    public static async Task<string> KeyFileAsync() => (await Started.Value).Postgres.KeyFile;

    /// <summary>A data source of the app role that every test may share.</summary>
    public static async Task<NpgsqlDataSource> SourceAsync() => (await Started.Value).Source;

    /// <summary>A data source of the owner role that every test may share.</summary>
    public static async Task<NpgsqlDataSource> OwnerSourceAsync() => (await Started.Value).OwnerSource;

    /// <summary>A context that has entered the tenant, as a job's has.</summary>
    public static async Task<ConsoleDb> DbAsync(TenantId tenant)
    {
        var current = new CurrentTenant();
        current.Enter(tenant);
        return new ConsoleDb(
            new DbContextOptionsBuilder<ConsoleDb>()
                .UseNpgsql(await SourceAsync())
                .AddInterceptors(new TenantConnectionInterceptor(current))
                .Options,
            current
        );
    }

    /// <summary>
    /// Fills tables with thousands of rows that are known to fit together. Checked one by one, each may cost a walk through all of its company: a session plans
    /// the check once, from what the tables were like when companies had a row or two.
    /// </summary>
    public static async Task FillAsync(string sql, params object[] values)
    {
        var socket = (await Started.Value).Postgres.Home.SocketDirectory;
        await using var connection = new NpgsqlConnection(ClusterProvision.ConnectionString(socket, ClusterProvision.Admin, pooled: false));
        await connection.OpenAsync();
        await using (var trusting = new NpgsqlCommand("SET session_replication_role = replica", connection))
        {
            await trusting.ExecuteNonQueryAsync();
        }

        await using var command = connection.Sql(sql, values);
        command.CommandTimeout = 180;
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Started.IsValueCreated)
        {
            var running = await Started.Value;
            await running.Source.DisposeAsync();
            await running.OwnerSource.DisposeAsync();
            await running.Postgres.DisposeAsync();
            await running.Directory.DisposeAsync();
        }

        await MigratedCluster.RemoveAsync();
    }

    private static async Task<Running> StartAsync()
    {
        var directory = new OwnDirectory();
        await MigratedCluster.CopyToAsync(directory.Path);
        var postgres = new EmbeddedPostgres(
            new EmbeddedPostgresOptions(directory.Path) { Durable = false },
            NullLogger<EmbeddedPostgres>.Instance
        );
        await postgres.StartAsync();
        // Made before tests that run side by side all find it missing.
        MasterKey.Load(null, postgres.KeyFile);
        var app = new NpgsqlConnectionStringBuilder(postgres.AppConnectionString);
        // Filling tables takes its time beside everything else.
        var owner = new NpgsqlConnectionStringBuilder(postgres.OwnerConnectionString)
        {
            CommandTimeout = 180,
            // A session's first foreign key check, made on an empty table, would read the whole table for each of twenty thousand rows put in later.
            Options = "-c enable_seqscan=off",
        };
        return new Running(directory, postgres, NpgsqlDataSource.Create(app), NpgsqlDataSource.Create(owner.ConnectionString));
    }

    private sealed record Running(OwnDirectory Directory, EmbeddedPostgres Postgres, NpgsqlDataSource Source, NpgsqlDataSource OwnerSource);
}
