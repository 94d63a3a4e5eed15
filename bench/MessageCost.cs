using System.Globalization;

namespace WhatsAI.Bench;

/// <summary>
/// The processor time of one incoming message: in a small and in a large company, with nobody looking, with agents whose lists do not show its row, and with
/// agents whose lists do. Processor time, because it hardly changes with what else the machine does.
/// </summary>
internal static class MessageCost
{
    private const int Rate = 50;

    public static async Task RunAsync(BenchOptions options)
    {
        var agents = options.Of("agents", 50, 5);
        var seconds = options.Of("seconds", 20, 4);
        var most = options.Of("messages", SeedBench.Usual, SeedBench.Quick);
        var table = new Table(
            $"One incoming message, {Rate} a second for {seconds} s: processor time of console + PostgreSQL",
            "conversations",
            "nobody looks",
            $"{agents} agents, row not shown",
            $"{agents} agents, row shown",
            "each drawing"
        );
        for (var messages = most / 100; messages <= most; messages *= 10)
        {
            await using var world = await World.StartAsync();
            await SeedBench.MakeAsync(world, options, messages);
            table.Add(await RowAsync(world, messages / 10, agents, seconds));
        }

        table.Print();
    }

    private static async Task<string[]> RowAsync(World world, int conversations, int agents, int seconds)
    {
        var cookies = await world.SignInAsync();
        using var http = Pages.Client(cookies);
        var inbox = new Uri(world.Console.Address, $"/t/{World.Slug}/inbox");
        await CostAsync(world, 0, seconds); // the first ones compile it
        var alone = await CostAsync(world, 1, seconds);
        Cpu elsewhere;
        await using (await Pages.OpenAsync(http, cookies, new Uri(inbox + "?status=resolved"), agents, Seed.Mark))
        {
            elsewhere = await CostAsync(world, 2, seconds);
        }

        Cpu shown;
        await using (await Pages.OpenAsync(http, cookies, inbox, agents, "crowd "))
        {
            shown = await CostAsync(world, 3, seconds);
        }

        var count = Rate * seconds;
        return
        [
            conversations.ToString("N0", CultureInfo.InvariantCulture),
            alone.Each(count),
            elsewhere.Each(count),
            shown.Each(count),
            (shown - alone).Each(count * (double)agents),
        ];
    }

    private static async Task<Cpu> CostAsync(World world, int run, int seconds)
    {
        var connections = await HookConnection.OpenAsync(world.Console.Address, 2);
        var begin = DateTimeOffset.UtcNow.AddDays(run - 9);
        var before = await Cpu.OfAsync(world);
        await new Load(connections).SteadyAsync(Rate, Rate * seconds, n => Crowd.Request(world, run, n, begin), static (_, _, _) => { });
        await world.DrainAsync();
        var cost = await Cpu.OfAsync(world) - before;
        Array.ForEach(connections, c => c.Dispose());
        return cost;
    }
}
