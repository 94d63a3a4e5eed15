using System.Diagnostics;
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
    }

    public static Task ResetAsync(World world) => world.RunAsync("SELECT pg_stat_statements_reset()");

    /// <summary>Reads of the list's rows since the last reset, by page or by id.</summary>
    public static Task<long> ListReadsAsync(World world) =>
        world.ScalarAsync<long>(
            "SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements WHERE query LIKE 'SELECT h.conversation_id%FROM%conversation_heads%'"
        );
}
