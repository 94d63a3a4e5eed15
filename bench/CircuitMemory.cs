using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace WhatsAI.Bench;

/// <summary>What an open inbox costs the server, by the hundred, and what is left of pages that were left.</summary>
internal static class CircuitMemory
{
    private const int Customers = 60;

    public static async Task RunAsync(BenchOptions options)
    {
        var pages = options.Of("circuits", 1000, 100);
        var connects = options.Of("connects", 10_000, 200);
        var table = new Table("Live circuits", "what", "circuits", "opened", "before", "process", "each", "aim");
        // A console of its own for each line: what one leaves behind would be the next one's room.
        await using (var world = await StartAsync())
        {
            var (cookies, inbox) = (await world.SignInAsync(), Inbox(world));
            await OpenAsync(table, "console: list", world.Console.ProcessId, cookies, _ => inbox, _ => "Cliente ", pages, "400 KB");
        }

        await using (var world = await StartAsync())
        {
            var (cookies, inbox, threads) = (await world.SignInAsync(), Inbox(world), await ThreadsAsync(world));
            await OpenAsync(
                table,
                "console: list and thread",
                world.Console.ProcessId,
                cookies,
                i => new Uri(inbox + "/" + threads[i % threads.Count].Id),
                i => threads[i % threads.Count].Shows,
                pages,
                "400 KB"
            );
        }

        await using (var server = await BareServer.StartAsync("page"))
        {
            await OpenAsync(
                table,
                "bare page, 40 and 40 rows",
                server.ProcessId,
                new CookieContainer(),
                _ => server.Address,
                _ => "row ",
                pages,
                ""
            );
        }

        await using (var world = await StartAsync())
        {
            await ConnectAsync(table, world, await world.SignInAsync(), connects);
        }

        table.Print();
    }

    private static async Task OpenAsync(
        Table table,
        string name,
        int process,
        CookieContainer cookies,
        Func<int, Uri> page,
        Func<int, string> shows,
        int count,
        string aim
    )
    {
        using var http = Pages.Client(cookies);
        // Once round, so that what is made once is not counted as a page's.
        await using (var once = new Pages([]))
        {
            await once.AddAsync(http, cookies, page, 20, shows);
            await once.LeaveAsync(http);
        }

        var before = await Footprint.CollectedAsync(process);
        await using var pages = new Pages([]);
        var watch = Stopwatch.StartNew();
        await pages.AddAsync(http, cookies, page, count, shows);
        var opened = watch.Elapsed.TotalSeconds;
        var after = await Footprint.CollectedAsync(process);
        pages.ThrowIfBroken();
        table.Add(
            name,
            $"{count}",
            Table.Rate(count / opened),
            Table.Megabytes(before),
            Table.Megabytes(after),
            Table.Kilobytes((after - before) / (double)count),
            aim
        );
    }

    /// <summary>Pages are opened and left, twenty at a time, as people come and go.</summary>
    private static async Task ConnectAsync(Table table, World world, CookieContainer cookies, int connects)
    {
        using var http = Pages.Client(cookies);
        for (var part = 0; part < 5; part++)
        {
            var watch = Stopwatch.StartNew();
            for (var done = 0; done < connects / 5; done += 20)
            {
                await using var pages = await Pages.OpenAsync(http, cookies, Inbox(world), 20, "Cliente ");
                await pages.LeaveAsync(http);
            }

            var now = await Footprint.CollectedAsync(world.Console.ProcessId);
            table.Add(
                string.Create(CultureInfo.InvariantCulture, $"console, after {(part + 1) * connects / 5} came and went"),
                "0",
                Table.Rate(connects / 5 / watch.Elapsed.TotalSeconds),
                "",
                Table.Megabytes(now),
                "",
                "flat"
            );
        }
    }

    private static Uri Inbox(World world) => new(world.Console.Address, $"/t/{World.Slug}/inbox");

    /// <summary>With 60 conversations of 40 messages.</summary>
    private static async Task<World> StartAsync()
    {
        var world = await World.StartAsync();
        using var hooks = await HookConnection.OpenAsync(world.Console.Address);
        for (var n = 0; n < Customers * 40; n++)
        {
            await hooks.PostAsync(
                Hook.Request(world.Numbers[n % Customers % world.Numbers.Count], n % Customers, Hook.IdOf(1, n), $"mensagem {n}")
            );
        }

        await world.DrainAsync();
        return world;
    }

    private static async Task<List<(Guid Id, string Shows)>> ThreadsAsync(World world)
    {
        var ids = await world.ScalarAsync<Guid[]>("SELECT array_agg(conversation_id ORDER BY conversation_id) FROM conversation_heads");
        var threads = new List<(Guid, string)>();
        foreach (var id in ids!)
        {
            // The newest but one: the list shows the newest itself.
            var text = await world.ScalarAsync<string>(
                "SELECT text FROM messages WHERE conversation_id = $1 ORDER BY sent_at DESC, id DESC OFFSET 1 LIMIT 1",
                id
            );
            threads.Add((id, text!));
        }

        return threads;
    }
}
