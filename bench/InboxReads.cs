using System.Diagnostics;
using System.Globalization;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Bench;

/// <summary>Inbox list and thread of a large company: through a page, drawn and received, and the reads alone.</summary>
internal static class InboxReads
{
    public static async Task RunAsync(BenchOptions options)
    {
        await using var world = await World.StartAsync();
        var seed = await SeedBench.MakeAsync(world, options);
        await Plans.PrintAsync(world);
        await MeasureAsync(world, seed, options, "one page asking at a time");
        var agents = options.Of("agents", 50, 5);
        await using (await Crowd.OpenAsync(world, agents, agents))
        {
            await MeasureAsync(world, seed, options, $"one page asking, {agents} others open and {agents} messages a second");
        }

        await RowSecurity.MeasureAsync(world, seed, options);
    }

    private static async Task MeasureAsync(World world, Seed seed, BenchOptions options, string how)
    {
        var rounds = options.Of("rounds", 300, 40);
        var random = new Random(7);
        var reads = await ReadsAsync(world, seed, rounds * 3, random);
        var pages = await PagesAsync(world, seed, rounds, random);
        var table = new Table(
            string.Create(CultureInfo.InvariantCulture, $"Inbox with {seed.Conversations} conversations, {how}"),
            "what",
            "drawn p50",
            "p95",
            "p99",
            "reads alone p50",
            "p95",
            "aim p95"
        );
        foreach (var (name, drawn) in pages)
        {
            var alone = reads[name];
            table.Add(name, drawn.Text(0.5), drawn.Text(0.95), drawn.Text(0.99), alone.Text(0.5), alone.Text(0.95), "30 ms");
        }

        table.Print();
    }

    private const string First = "list, first page";
    private const string Depth = "list, further page";
    private const string Open = "open a conversation";

    private static async Task<Dictionary<string, Latencies>> ReadsAsync(World world, Seed seed, int rounds, Random random)
    {
        var member = new CurrentMember(new CurrentTenant());
        member.Enter(world.Tenant, default, Role.Owner, "Ana");
        var conversations = new ConversationQueries(world.App, member);
        var messages = new MessageQueries(world.App, member);
        var (first, depth, open) = (new Latencies(), new Latencies(), new Latencies());
        var all = new InboxFilter(ConversationStatus.Resolved);
        for (var i = -20; i < rounds; i++)
        {
            await TimeAsync(i < 0 ? new Latencies() : first, () => conversations.PageAsync(all));
            var (_, after, _) = await AnyAsync(world, seed, random);
            await TimeAsync(i < 0 ? new Latencies() : depth, () => conversations.PageAsync(all, after));
            await TimeAsync(
                i < 0 ? new Latencies() : open,
                async () =>
                {
                    await conversations.FindAsync(after.Id);
                    await messages.PageAsync(after.Id);
                }
            );
        }

        return new()
        {
            [First] = first,
            [Depth] = depth,
            [Open] = open,
        };
    }

    private static async Task<Dictionary<string, Latencies>> PagesAsync(World world, Seed seed, int rounds, Random random)
    {
        var cookies = await world.SignInAsync();
        using var http = Pages.Client(cookies);
        var inbox = new Uri(world.Console.Address, $"/t/{World.Slug}/inbox");
        var tops = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var status in (string[])["Pending", "Resolved"])
        {
            tops[status] = (
                await world.ScalarAsync<string>(
                    "SELECT last_preview FROM conversation_heads WHERE status = $1 ORDER BY last_at DESC, conversation_id DESC LIMIT 1",
                    status
                )
            )!;
        }

        await using var circuit = await Circuit.OpenAsync(http, cookies, new Uri(inbox + "?status=pending"), tops["Pending"]);
        var (first, depth, open) = (new Latencies(), new Latencies(), new Latencies());
        for (var i = -10; i < rounds; i++)
        {
            foreach (var (status, query) in ((string, string)[])[("Resolved", "?status=resolved"), ("Pending", "?status=pending")])
            {
                var seen = circuit.SeeAsync(tops[status]);
                await TimeAsync(
                    i < 0 ? new Latencies() : first,
                    () =>
                    {
                        circuit.Go(new Uri(inbox + query));
                        return seen;
                    }
                );
            }
        }

        // Page after page, as somebody scrolls down; at the first page again when it has become long.
        for (var i = 0; i < rounds; i++)
        {
            if (i % 50 == 0)
            {
                // At the pending ones already when it begins.
                foreach (var (status, query) in ((string, string)[])[("Pending", "?status=pending"), ("Resolved", "?status=resolved")])
                {
                    if (i == 0 && status == "Pending")
                    {
                        continue;
                    }

                    var seen = circuit.SeeAsync(tops[status]);
                    circuit.Go(new Uri(inbox + query));
                    await seen;
                }
            }

            await TimeAsync(depth, () => circuit.CallAsync("list.js", "More", "[]"));
        }

        var before = Guid.Empty;
        for (var i = -10; i < rounds; i++)
        {
            var (id, _, shows) = await AnyAsync(world, seed, random);
            if (id == before)
            {
                continue; // what is open already is not drawn again
            }

            before = id;
            var seen = circuit.SeeAsync(shows);
            await TimeAsync(
                i < 0 ? new Latencies() : open,
                () =>
                {
                    circuit.Go(new Uri(inbox + "/" + id));
                    return seen;
                }
            );
        }

        return new()
        {
            [First] = first,
            [Depth] = depth,
            [Open] = open,
        };
    }

    /// <summary>Any conversation, its place in the list, and a text that only its thread shows.</summary>
    private static async Task<(Guid Id, ConversationKey Key, string Shows)> AnyAsync(World world, Seed seed, Random random)
    {
        var n = (long)random.Next(1, seed.Conversations + 1);
        var id = await world.ScalarAsync<Guid>("SELECT conversation_id FROM bench_threads WHERE n = $1", n);
        var at = await world.ScalarAsync<DateTime>("SELECT last_at FROM bench_threads WHERE n = $1", n);
        var shows = await world.ScalarAsync<string>("SELECT ' · ' || n || '.' || count - 1 FROM bench_threads WHERE n = $1", n);
        return (id, new ConversationKey(new DateTimeOffset(at, TimeSpan.Zero), new ConversationId(id)), shows!);
    }

    private static async Task TimeAsync(Latencies latencies, Func<Task> what)
    {
        var begin = Stopwatch.GetTimestamp();
        await what();
        latencies.Add(Stopwatch.GetElapsedTime(begin));
    }
}
