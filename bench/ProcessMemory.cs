namespace WhatsAI.Bench;

/// <summary>The console's process when nothing happens, and after many messages.</summary>
internal static class ProcessMemory
{
    public static async Task RunAsync(BenchOptions options)
    {
        var messages = options.Of("messages", 100_000, 5_000);
        await using var world = await World.StartAsync();
        var cookies = await world.SignInAsync();
        using var http = Pages.Client(cookies);
        await Task.Delay(TimeSpan.FromSeconds(options.Quick ? 2 : 20));
        var idle = Footprint.Resident(world.Console.ProcessId);
        await using var pages = await Pages.OpenAsync(http, cookies, new Uri(world.Console.Address, $"/t/{World.Slug}/inbox"), 5, "Aurora");
        var connections = await HookConnection.OpenAsync(world.Console.Address, 16);
        var load = new Load(connections);
        var most = 0L;
        // Four hundred customers a number, as fast as the whole way goes.
        for (var done = 0; done < messages; done += 2_500)
        {
            var first = done;
            await load.SteadyAsync(
                100_000,
                2_500,
                n =>
                    Hook.Request(
                        world.Numbers[n % world.Numbers.Count],
                        (first + n) / world.Numbers.Count % 400,
                        Hook.IdOf(1, first + n),
                        $"mensagem {first + n}"
                    ),
                (_, _, _) => { }
            );
            await world.DrainAsync();
            most = Math.Max(most, Footprint.Resident(world.Console.ProcessId));
        }

        var after = Footprint.Resident(world.Console.ProcessId);
        var collected = await Footprint.CollectedAsync(world.Console.ProcessId);
        Array.ForEach(connections, c => c.Dispose());
        pages.ThrowIfBroken();
        var table = new Table($"The console's process (resident; PostgreSQL is another)", "when", "memory", "aim", "meets it");
        table.Add("idle, after a sign-in", Table.Megabytes(idle), "250 MB", idle <= 250L << 20 ? "yes" : "no");
        table.Add($"after {messages} messages, 5 inboxes open", Table.Megabytes(after), "500 MB", after <= 500L << 20 ? "yes" : "no");
        table.Add("the most it had meanwhile", Table.Megabytes(most), "", "");
        table.Add("after a full collection", Table.Megabytes(collected), "", "");
        table.Print();
    }
}
