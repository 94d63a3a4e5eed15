using Microsoft.EntityFrameworkCore;
using Npgsql;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Persistence;

/// <summary>
/// Brings the schema up to date as the owner role, then lets the app role in. Under a lock, so that two copies may start together: the second waits and
/// finds nothing left to do.
/// </summary>
public static class Migrator
{
    public const string HistoryTable = "__ef_migrations";

    // Any constant that nothing else uses.
    private const long LockKey = 7_194_402_217;

    // Seconds. An index over years of messages takes its time.
    private const int Patience = 6 * 3600;

    /// <param name="ownerConnectionString">Closed when this returns.</param>
    /// <param name="appRole">The role the program runs as; it owns nothing.</param>
    public static async Task MigrateAsync(string ownerConnectionString, string appRole, CancellationToken cancellation = default)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ownerConnectionString) { Pooling = false });
        await using var locked = await source.OpenConnectionAsync(cancellation);
        await LockAsync(locked, cancellation);
        try
        {
            // A console that was killed is back sooner when nothing asks EF Core for a difference that is not there.
            if (!await MigrationState.IsCurrentAsync(locked, cancellation))
            {
                await ApplyAsync(locked, cancellation);
            }

            var role = new NpgsqlCommandBuilder().QuoteIdentifier(appRole);
            await RunAsync(
                locked,
                $"""
                GRANT USAGE ON SCHEMA public TO {role};
                GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
                REVOKE UPDATE, DELETE, TRUNCATE ON {string.Join(", ", TenantWall.AppendOnly)} FROM {role};
                GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
                GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role};
                """,
                cancellation
            );
        }
        finally
        {
            await RunAsync(locked, $"SELECT pg_advisory_unlock({LockKey})", CancellationToken.None);
        }
    }

    private static async Task ApplyAsync(NpgsqlConnection locked, CancellationToken cancellation)
    {
        var options = new DbContextOptionsBuilder<ConsoleDb>()
            .UseNpgsql(locked, o => o.MigrationsHistoryTable(HistoryTable).CommandTimeout(Patience))
            .Options;
        await using var db = new ConsoleDb(options, new CurrentTenant());
        await db.Database.MigrateAsync(cancellation);
    }

    /// <summary>
    /// Asked for again and again, never waited for: an index that is made without holding up writers waits for every statement that began before it, also for
    /// one that waits for this lock, and the two would wait for each other.
    /// </summary>
    private static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"SELECT pg_try_advisory_lock({LockKey})", connection);
        while (await command.ExecuteScalarAsync(cancellation) is not true)
        {
            await Task.Delay(100, cancellation);
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
