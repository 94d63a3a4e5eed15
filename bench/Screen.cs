using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace WhatsAI.Bench;

/// <summary>From a gateway's post until every open inbox has drawn the row, beside a bare page that is pushed the same number of rows.</summary>
internal static class Screen
{
    private const string Mark = "bench-";
    private const int Digits = 6;
    private const int Rate = 50;
    private const int Customers = 60;

    public static async Task RunAsync(BenchOptions options)
    {
        var pages = options.Of("circuits", 200, 50);
        var seconds = options.Of("seconds", 60, 8);
        var table = new Table(
            $"Webhook to screen: {pages} open inboxes, {Rate} messages a second for {seconds} s",
            "what",
            "p50",
            "p95",
            "p99",
            "most",
            "missing",
            "list reads",
            "processor a drawn row"
        );
        await using (var world = await World.StartAsync())
        {
            await Statements.EnableAsync(world);
            await ConsoleAsync(world, pages, seconds, table);
        }

        await BareAsync(pages, seconds, table);
        table.Add("aim", "100 ms", "250 ms", "500 ms", "", "none", "one a process and 50 ms", "");
        table.Print();
    }

    private static async Task ConsoleAsync(World world, int pages, int seconds, Table table)
    {
        using var hooks = await HookConnection.OpenAsync(world.Console.Address);
        // A second between any two, so that each message's row goes to the top of the list. A message's time has whole seconds; with real times the rows
        // of one second are ordered by conversation, and what is written behind a screenful of others is below the edge of the window.
        var begin = DateTimeOffset.UtcNow.AddSeconds(-Rate * seconds);
        for (var n = 0; n < Customers; n++)
        {
            await hooks.PostAsync(Request(world, 0, n, $"first {n}", begin.AddSeconds(n - Customers)));
        }

        await world.DrainAsync();
        var cookies = await world.SignInAsync();
        using var http = Pages.Client(cookies);
        var seen = new Sightings(pages, Rate * seconds);
        await using var open = await Pages.OpenAsync(
            http,
            cookies,
            new Uri(world.Console.Address, $"/t/{World.Slug}/inbox"),
            pages,
            "Cliente ",
            seen.Look
        );
        await Statements.ResetAsync(world);
        var before = await Cpu.OfAsync(world);
        await using var connections = new Disposables(await HookConnection.OpenAsync(world.Console.Address, 8));
        var load = new Load(connections.Items);
        await load.SteadyAsync(
            Rate,
            Rate * seconds,
            n => Request(world, 1, n, Text(n), begin.AddSeconds(n)),
            seen.Posted,
            (_, _, _) => { }
        );
        await seen.WaitAsync();
        var reads = await Statements.ListReadsAsync(world);
        var cost = await Cpu.OfAsync(world) - before;
        open.ThrowIfBroken();
        seen.Report(
            table,
            $"console, {pages} inboxes",
            string.Create(CultureInfo.InvariantCulture, $"{reads / (double)seconds:0.0}/s"),
            cost.Each(seen.Count)
        );
    }

    private static async Task BareAsync(int pages, int seconds, Table table)
    {
        await using var server = await BareServer.StartAsync("page");
        var cookies = new CookieContainer();
        using var http = Pages.Client(cookies);
        var seen = new Sightings(pages, Rate * seconds);
        await using var open = await Pages.OpenAsync(http, cookies, server.Address, pages, "row ", seen.Look);
        var begin = Stopwatch.GetTimestamp();
        var pushes = new ConcurrentBag<Task>();
        for (var n = 0; n < Rate * seconds; n++)
        {
            var early = TimeSpan.FromSeconds(n / (double)Rate) - Stopwatch.GetElapsedTime(begin);
            await Task.Delay(early > TimeSpan.Zero ? early : TimeSpan.Zero);
            seen.Posted(n);
            pushes.Add(http.PostAsync(new Uri(server.Address, "/push/" + Text(n)), null));
        }

        await Task.WhenAll(pushes);
        await seen.WaitAsync();
        open.ThrowIfBroken();
        seen.Report(table, $"bare page, {pages} circuits", "", "");
    }

    private static string Text(int n) => string.Create(CultureInfo.InvariantCulture, $"{Mark}{n:D6}");

    // One after another, so that no two of one glance are of one conversation, whose row shows the last only.
    private static byte[] Request(World world, int run, int n, string text, DateTimeOffset at) =>
        Hook.Request(world.Numbers[n % world.Numbers.Count], n % Customers, Hook.IdOf(run, n), text, at);

    /// <summary>Which page has seen which message, and when.</summary>
    private sealed class Sightings(int pages, int messages)
    {
        private readonly long[] _sent = new long[messages];
        private readonly long[] _seen = new long[pages * messages];
        private int _count;

        public int Count => _count;

        public void Posted(int message) => _sent[message] = Stopwatch.GetTimestamp();

        public void Look(int page, ReadOnlyMemory<byte> batch)
        {
            var now = Stopwatch.GetTimestamp();
            var rest = batch.Span;
            while (rest.IndexOf("bench-"u8) is var at and >= 0)
            {
                rest = rest[(at + Mark.Length)..];
                if (
                    rest.Length >= Digits
                    && int.TryParse(rest[..Digits], CultureInfo.InvariantCulture, out var n)
                    && Interlocked.CompareExchange(ref _seen[(page * messages) + n], now, 0) == 0
                )
                {
                    Interlocked.Increment(ref _count);
                }
            }
        }

        /// <summary>Until all have been seen, or nothing has come for five seconds.</summary>
        public async Task WaitAsync()
        {
            for (var (last, quiet) = (-1, 0); _count < pages * messages && quiet < 50; )
            {
                quiet = _count == last ? quiet + 1 : 0;
                last = _count;
                await Task.Delay(100);
            }
        }

        public void Report(Table table, string name, string reads, string cost)
        {
            var latencies = new Latencies();
            for (var i = 0; i < _seen.Length; i++)
            {
                if (_seen[i] != 0)
                {
                    latencies.Add(Stopwatch.GetElapsedTime(_sent[i % messages], _seen[i]));
                }
            }

            table.Add(
                name,
                latencies.Text(0.5),
                latencies.Text(0.95),
                latencies.Text(0.99),
                latencies.Text(1),
                $"{_seen.Length - _count} of {_seen.Length}",
                reads,
                cost
            );
        }
    }

    private sealed class Disposables(HookConnection[] items) : IAsyncDisposable
    {
        public HookConnection[] Items => items;

        public ValueTask DisposeAsync()
        {
            Array.ForEach(items, i => i.Dispose());
            return ValueTask.CompletedTask;
        }
    }
}
