using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace WhatsAI.Bench;

/// <summary>What the database was asked, through pg_stat_statements.</summary>
internal static class Statements
{
    /// <summary>The module is loaded at a start only: the server is stopped, and the console brings it back.</summary>
    public static async Task EnableAsync(World world)
    {
        await world.RunAsync("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
        var postmaster = await world.ScalarAsync<string>("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)");
        var before = await world.ScalarAsync<DateTime>("SELECT pg_postmaster_start_time()");
        // SIGINT: it ends at once, and in order.
        using (var kill = Process.Start("kill", ["-INT", postmaster!]))
        {
            await kill.WaitForExitAsync();
        }

        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                NpgsqlConnection.ClearAllPools();
                world.Admin.Clear();
                world.App.Clear();
                world.Owner.Clear();
                if (
                    await world.ScalarAsync<DateTime>("SELECT pg_postmaster_start_time()") != before
                    && await world.Console.ReadinessAsync() == System.Net.HttpStatusCode.OK
                )
                {
                    break;
                }
            }
            catch (NpgsqlException) when (patience.Elapsed < TimeSpan.FromSeconds(60))
            {
                // It is on its way.
            }

            await Task.Delay(200);
        }

        await world.RunAsync("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
        await world.RunAsync("ALTER SYSTEM SET pg_stat_statements.track_planning = on");
        await world.RunAsync("SELECT pg_reload_conf()");
    }

    public static Task ResetAsync(World world) => world.RunAsync("SELECT pg_stat_statements_reset()");

    /// <summary>Reads of the list's rows since the last reset, by page or by id.</summary>
    public static Task<long> ListReadsAsync(World world) =>
        world.ScalarAsync<long>(
            "SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements WHERE query LIKE 'SELECT h.conversation_id%FROM%conversation_heads%'"
        );

    /// <summary>Which statement was asked how often for one of so many, and how long the database was at it; without the superuser's own.</summary>
    public static async Task ListAsync(NpgsqlDataSource admin, string title, int count)
    {
        var table = new Table(title, "statement", "each", "database's time each");
        await using var connection = await admin.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT left(regexp_replace(query, '\s+', ' ', 'g'), 110), s.calls, s.total_exec_time + s.total_plan_time
            FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid WHERE NOT r.rolsuper AND s.calls > $1 / 200 ORDER BY 3 DESC
            """,
            connection
        )
        {
            Parameters = { new() { Value = count } },
        };
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            table.Add(
                reader.GetString(0),
                ((double)reader.GetInt64(1) / count).ToString("0.00", CultureInfo.InvariantCulture),
                (reader.GetDouble(2) / count).ToString("0.000", CultureInfo.InvariantCulture) + " ms"
            );
        }

        table.Print();
    }
}
