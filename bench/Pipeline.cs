using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Bench;

/// <summary>The whole way of a customer's message: webhook, journal, contact, conversation, message, counters, signal.</summary>
internal static class Pipeline
{
    private const int Customers = 400;
    private const int Connections = 32;

    public static async Task RunAsync(BenchOptions options)
    {
        await using var world = await World.StartAsync();
        await WarmAsync(world);
        var table = new Table(
            "Whole way: journal to contact, conversation, message, counters, signal",
            "what",
            "result",
            "aim",
            "meets it"
        );
        await DrainedAsync(world, options, table);
        await SustainedAsync(world, options, table);
        await VisibleAsync(world, options, table);
        table.Print();
    }

    /// <summary>Every customer has written once on every number, and the code is compiled.</summary>
    private static async Task WarmAsync(World world)
    {
        var connections = await HookConnection.OpenAsync(world.Console.Address, Connections);
        var next = 0;
        await Task.WhenAll(
            connections.Select(c =>
                Task.Run(async () =>
                {
                    while (Interlocked.Increment(ref next) is var n && n <= Customers * world.Numbers.Count * 2)
                    {
                        await c.PostAsync(Request(world, 1, n));
                    }
                })
            )
        );
        Array.ForEach(connections, c => c.Dispose());
        await world.DrainAsync();
    }

    /// <summary>A queue that is already full is worked off; beside it the same rows written by plain Npgsql, 50 messages a transaction, four at once.</summary>
    private static async Task DrainedAsync(World world, BenchOptions options, Table table)
    {
        var count = options.Of("backlog", 40_000, 4_000);
        var bare = new BareInbound(world, count);
        await bare.PrepareAsync();
        double console = 0,
            limit = 0;
        Cpu? cost = null;
        const int rounds = 2;
        for (var round = 0; round < rounds; round++)
        {
            limit += await bare.RunAsync(round);
            var (rate, one) = await DrainAsync(world, 10 + round, count);
            (console, cost) = (console + rate, one);
        }

        table.Add("drained from a full queue", Table.Rate(console / rounds), "", "");
        table.Add("processor time a message, console + PostgreSQL", cost!.Each(count), "", "");
        table.Add("bare: the same rows, 50 a transaction", Table.Rate(limit / rounds), $"ratio {Table.Share(console / limit)}", "");
    }

    private static async Task<(double Rate, Cpu Cost)> DrainAsync(World world, int run, int count)
    {
        await using var hold = await Ingest.HoldInboundAsync(world);
        var connections = await HookConnection.OpenAsync(world.Console.Address, Connections);
        var next = 0;
        await Task.WhenAll(
            connections.Select(c =>
                Task.Run(async () =>
                {
                    while (Interlocked.Increment(ref next) is var n && n <= count)
                    {
                        await c.PostAsync(Request(world, run, n));
                    }
                })
            )
        );
        Array.ForEach(connections, c => c.Dispose());
        var before = await Cpu.OfAsync(world);
        var watch = Stopwatch.StartNew();
        await hold.DisposeAsync();
        await world.DrainAsync();
        return (count / watch.Elapsed.TotalSeconds, await Cpu.OfAsync(world) - before);
    }

    private static async Task SustainedAsync(World world, BenchOptions options, Table table)
    {
        var rate = options.Of("rate", 1500, 1000);
        var seconds = options.Of("seconds", 60, 6);
        var before = await world.ScalarAsync<long>("SELECT count(*) FROM messages");
        using var stop = new CancellationTokenSource();
        var backlog = Task.Run(() => WatchAsync(world, stop.Token));
        var connections = await HookConnection.OpenAsync(world.Console.Address, Connections);
        var load = new Load(connections);
        var answers = new Latencies();
        var watch = Stopwatch.StartNew();
        await load.SteadyAsync(
            rate,
            rate * seconds,
            n => Request(world, 2, n),
            (_, sent, done) => answers.Add(Stopwatch.GetElapsedTime(sent, done))
        );
        var offered = rate * seconds / watch.Elapsed.TotalSeconds;
        var left = await world.PendingAsync();
        await stop.CancelAsync();
        var samples = await backlog;
        await world.DrainAsync();
        var drained = watch.Elapsed.TotalSeconds;
        var stored = await world.ScalarAsync<long>("SELECT count(*) FROM messages") - before;
        Array.ForEach(connections, c => c.Dispose());
        var half = samples.Count / 2;
        table.Add(
            $"{seconds} s at {rate}/s: taken in",
            $"{Table.Rate(offered)}, {load.Refused} refused, answer p99 {answers.Text(0.99)}",
            $"{Table.Rate(1500)}",
            offered >= rate * 0.99 && load.Refused == 0 ? "yes" : "no"
        );
        table.Add(
            "stored until the queue was empty",
            $"{Table.Rate(stored / drained)}, {rate * seconds - load.Refused - stored} missing",
            "all",
            stored == (rate * seconds) - load.Refused ? "yes" : "no"
        );
        table.Add(
            "backlog: first half, second half, end",
            string.Create(CultureInfo.InvariantCulture, $"{Average(samples[..half]):0}, {Average(samples[half..]):0}, {left}"),
            "not growing",
            // A second's worth is what one slow moment leaves behind.
            Average(samples[half..]) <= Average(samples[..half]) + (rate / 2.0)
            && left < rate
                ? "yes"
                : "no"
        );

        static double Average(List<long> some) => some.Count == 0 ? 0 : some.Average();
    }

    private static async Task<List<long>> WatchAsync(World world, CancellationToken stop)
    {
        var samples = new List<long>();
        while (!stop.IsCancellationRequested)
        {
            samples.Add(await world.PendingAsync());
            await Task.Delay(500, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return samples;
    }

    /// <summary>As another copy sees it: its event is heard through LISTEN, and the row it names can be read.</summary>
    private static async Task VisibleAsync(World world, BenchOptions options, Table table)
    {
        const int rate = 300;
        var count = rate * options.Of("seconds", 60, 6);
        var acknowledged = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        var visible = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        using var stop = new CancellationTokenSource();
        var listening = Task.Run(() => ListenAsync(world, visible, stop.Token));
        var connections = await HookConnection.OpenAsync(world.Console.Address, Connections);
        var load = new Load(connections);
        await Task.Delay(500);
        await load.SteadyAsync(rate, count, n => Request(world, 3, n), (n, _, done) => acknowledged[Hook.IdOf(3, n)] = done);
        await world.DrainAsync();
        await Task.Delay(1000);
        await stop.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Array.ForEach(connections, c => c.Dispose());
        var waits = new Latencies();
        foreach (var (id, at) in acknowledged)
        {
            if (visible.TryGetValue(id, out var seen))
            {
                waits.Add(seen > at ? Stopwatch.GetElapsedTime(at, seen) : TimeSpan.Zero);
            }
        }

        table.Add(
            $"acknowledged to visible at {rate}/s",
            $"p50 {waits.Text(0.5)}, p95 {waits.Text(0.95)}, p99 {waits.Text(0.99)}",
            "p95 300 ms",
            waits.At(0.95) <= 300 ? "yes" : "no"
        );
        table.Add(
            "named by no event",
            $"{acknowledged.Count - waits.Count} of {acknowledged.Count}",
            "none",
            acknowledged.Count == waits.Count ? "yes" : "no"
        );
    }

    private static async Task ListenAsync(World world, ConcurrentDictionary<string, long> visible, CancellationToken stop)
    {
        await using var listener = await world.App.OpenConnectionAsync(stop);
        var ids = new ConcurrentQueue<Guid>();
        listener.Notification += (_, notice) =>
        {
            using var json = JsonDocument.Parse(notice.Payload);
            if (json.RootElement.TryGetProperty("Events", out var events) && events.ValueKind == JsonValueKind.Array)
            {
                foreach (var one in events.EnumerateArray().Select(e => e.GetString()!).Where(e => e.Length == 65 && e[0] == 'm'))
                {
                    ids.Enqueue(Guid.ParseExact(one.AsSpan(33), "N"));
                }
            }
        };
        await using (var listen = new NpgsqlCommand("LISTEN console_events", listener))
        {
            await listen.ExecuteNonQueryAsync(stop);
        }

        while (!stop.IsCancellationRequested)
        {
            await listener.WaitAsync(stop);
            var named = new List<Guid>();
            while (ids.TryDequeue(out var id))
            {
                named.Add(id);
            }

            if (named.Count > 0)
            {
                await using var scope = await world.App.BeginAsync(world.Tenant, stop);
                await using var command = scope.Connection.Sql("SELECT provider_id FROM messages WHERE id = ANY ($1)", named.ToArray());
                await using var reader = await command.ExecuteReaderAsync(stop);
                while (await reader.ReadAsync(stop))
                {
                    visible.TryAdd(reader.GetString(0), Stopwatch.GetTimestamp());
                }
            }
        }
    }

    private static byte[] Request(World world, int run, int n) =>
        Hook.Request(world.Numbers[n % world.Numbers.Count], n / world.Numbers.Count % Customers, Hook.IdOf(run, n), $"mensagem {run}.{n}");
}
