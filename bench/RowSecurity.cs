using System.Diagnostics;
using System.Globalization;
using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Inbound;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Bench;

/// <summary>The same reads as the app role, which policies bind, and as the tables' owner, which they do not, in turn.</summary>
internal static class RowSecurity
{
    public static async Task RunAsync(BenchOptions options)
    {
        await using var world = await World.StartAsync();
        await MeasureAsync(world, await SeedBench.MakeAsync(world, options), options);
    }

    public static async Task MeasureAsync(World world, Seed seed, BenchOptions options)
    {
        var rounds = options.Of("rls-rounds", 3_000, 300);
        await using var held = await FillJournalAsync(world);
        var keys = await KeysAsync(world, seed);
        var table = new Table("Row-level security", "read", "owner p50", "p95", "app role p50", "p95", "costs", "aim");
        foreach (var (name, read) in Reads(world, keys))
        {
            var (owner, app) = (new Latencies(), new Latencies());
            for (var i = -100; i < rounds; i++)
            {
                // Who is first changes each time.
                foreach (var bound in (bool[])[i % 2 == 0, i % 2 != 0])
                {
                    await using var scope = await (bound ? world.App : world.Owner).BeginAsync(world.Tenant, CancellationToken.None);
                    var begin = Stopwatch.GetTimestamp();
                    await read(scope.Connection, Math.Abs(i));
                    if (i >= 0)
                    {
                        (bound ? app : owner).Add(Stopwatch.GetElapsedTime(begin));
                    }
                }
            }

            table.Add(
                name,
                owner.Text(0.5),
                owner.Text(0.95),
                app.Text(0.5),
                app.Text(0.95),
                ((app.At(0.5) / owner.At(0.5)) - 1).ToString("0.0 %", CultureInfo.InvariantCulture),
                "10 %"
            );
        }

        table.Print();
    }

    private static IEnumerable<(string Name, Func<NpgsqlConnection, int, Task> Read)> Reads(World world, List<ConversationKey> keys)
    {
        var filter = new InboxFilter(ConversationStatus.Resolved);
        yield return (
            "list, a page anywhere",
            (c, i) =>
                ConversationSql.RowsAsync(ListSql.Page(c, world.Tenant, null, filter, keys[i % keys.Count], 50), CancellationToken.None)
        );
        yield return (
            "list, ten changed rows",
            (c, i) =>
                ConversationSql.RowsAsync(
                    ConversationSql.ByIds(c, world.Tenant, null, Enumerable.Range(i, 10).Select(k => keys[k % keys.Count].Id)),
                    CancellationToken.None
                )
        );
        yield return (
            "thread, newest page",
            (c, i) =>
                MessageSql.RowsAsync(MessageSql.Page(c, world.Tenant, null, keys[i % keys.Count].Id, null, 50), CancellationToken.None)
        );
        yield return (
            "inbound, 50 rows of a number's journal",
            (c, i) => JournalQueue.ReadAsync(c, world.Numbers[i % world.Numbers.Count].Id, 50, CancellationToken.None)
        );
    }

    private static async Task<List<ConversationKey>> KeysAsync(World world, Seed seed)
    {
        await using var command = world.Admin.CreateCommand(
            "SELECT last_at, conversation_id FROM bench_threads WHERE n % greatest(1, $1 / 1000) = 0 ORDER BY n"
        );
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = seed.Conversations });
        await using var reader = await command.ExecuteReaderAsync();
        var keys = new List<ConversationKey>();
        while (await reader.ReadAsync())
        {
            keys.Add(new ConversationKey(reader.GetFieldValue<DateTimeOffset>(0), new ConversationId(reader.GetGuid(1))));
        }

        return keys;
    }

    /// <summary>The workers find every number held, so that the rows stay to be read.</summary>
    private static async Task<NpgsqlConnection> FillJournalAsync(World world)
    {
        var held = await Ingest.HoldInboundAsync(world);
        using var hooks = await HookConnection.OpenAsync(world.Console.Address);
        for (var n = 0; n < 100 * world.Numbers.Count; n++)
        {
            await hooks.PostAsync(Hook.Request(world.Numbers[n % world.Numbers.Count], n % 400, Hook.IdOf(9, n), "oi"));
        }

        return held;
    }
}
