using System.Diagnostics;
using Npgsql;

namespace WhatsAI.Bench;

/// <summary>A webhook made durable before it is answered, beside the least that could be done for it. Rounds take turns, so that noise meets all alike.</summary>
internal static class Ingest
{
    private const int Connections = 32;

    public static async Task RunAsync(BenchOptions options)
    {
        var rounds = options.Of("rounds", 3, 2);
        var length = TimeSpan.FromSeconds(options.Of("seconds", 8, 3));
        await using var world = await World.StartAsync();
        await world.RunAsync("SET ROLE console_owner; " + BareServer.Table);
        await using var single = await BareServer.StartAsync("single", world.OwnerConnectionString);
        await using var grouped = await BareServer.StartAsync("grouped", world.OwnerConnectionString);
        Line[] lines =
        [
            new("console, inbound at rest", world.Console.Address),
            new("bare Kestrel, one INSERT", single.Address),
            new("bare Kestrel, grouped INSERT", grouped.Address),
        ];
        await using (await HoldInboundAsync(world))
        {
            for (var round = -1; round < rounds; round++)
            {
                foreach (var line in lines)
                {
                    // The first round warms up.
                    await line.RunAsync(world, round, round < 0 ? TimeSpan.FromSeconds(options.Quick ? 1 : 4) : length);
                }
            }
        }

        await world.RunAsync("TRUNCATE journal_pending");
        var busy = new Line("console, inbound at work", world.Console.Address);
        await busy.RunAsync(world, rounds, length);
        var table = new Table(
            $"Webhook made durable: {Connections} connections, {Hook.BodySize} bytes, {rounds} x {length.TotalSeconds:0} s each in turn",
            "what",
            "events",
            "of one INSERT",
            "of grouped",
            "answer p50",
            "p95",
            "p99",
            "refused"
        );
        foreach (var line in lines.Append(busy))
        {
            table.Add(
                line.Name,
                Table.Rate(line.Rate),
                Table.Share(line.Rate / lines[1].Rate),
                Table.Share(line.Rate / lines[2].Rate),
                line.Latencies.Text(0.5),
                line.Latencies.Text(0.95),
                line.Latencies.Text(0.99),
                $"{line.Refused}"
            );
        }

        table.Print();
    }

    /// <summary>The workers find every number held by another copy, so that only taking in is measured.</summary>
    public static async Task<NpgsqlConnection> HoldInboundAsync(World world)
    {
        var connection = await world.Admin.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(
            "SET idle_in_transaction_session_timeout = 0; BEGIN; SELECT 1 FROM work_list WHERE kind = 'Inbound' FOR UPDATE",
            connection
        );
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private sealed class Line(string name, Uri address)
    {
        private double _seconds;
        private int _stored;

        public string Name => name;

        public Latencies Latencies { get; private set; } = new();

        public int Refused { get; private set; }

        public double Rate => _stored / _seconds;

        public async Task RunAsync(World world, int round, TimeSpan length)
        {
            if (round == 0)
            {
                (Latencies, _seconds, _stored, Refused) = (new Latencies(), 0, 0, 0);
            }

            // Made beforehand: making them must not take the console's share. Ids repeat, which only the inbound workers would notice.
            var requests = Enumerable
                .Range(0, 4096)
                .Select(n => Hook.Request(world.Numbers[n % world.Numbers.Count], n % 400, Hook.IdOf(round + 1, n), "oi"))
                .ToArray();
            var connections = await HookConnection.OpenAsync(address, Connections);
            var load = new Load(connections);
            var watch = Stopwatch.StartNew();
            _stored += await load.FlatOutAsync(length, n => requests[n % requests.Length], Latencies);
            _seconds += watch.Elapsed.TotalSeconds;
            Refused += load.Refused;
            Array.ForEach(connections, c => c.Dispose());
        }
    }
}
