using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

namespace WhatsAI.Bench;

/// <summary>Whether numbers send as often as their pool says, over minutes and without a hand on any clock, counted in the sandbox's own log.</summary>
internal static class CampaignRate
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
    };

    public static async Task RunAsync(BenchOptions options)
    {
        var count = options.Of("numbers", 600, 40);
        var seconds = options.Of("seconds", 240, 60);
        var table = new Table(
            $"A configured rate: {count} numbers, {seconds} s after each has sent once",
            "a message each",
            "configured",
            "sent",
            "held",
            "gaps: least, mean, p99, most",
            "earlier than configured",
            "aim"
        );
        await MeasureAsync(table, count, seconds, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
        await MeasureAsync(table, count, seconds, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(40));
        table.Print();
    }

    private static async Task MeasureAsync(Table table, int count, int seconds, TimeSpan least, TimeSpan most)
    {
        await using var world = await World.StartAsync(0);
        var behaviour = new SandboxBehaviour { Echo = SandboxEcho.None, Receipts = false };
        foreach (var some in Enumerable.Range(0, count).Chunk(25))
        {
            await Task.WhenAll(
                some.Select(_ => LinkedNumber.AddAsync(world.Owner, world.Tenant, world.Console.Address, world.Sandbox, behaviour))
            );
        }

        var pace = new PacePolicy
        {
            MinInterval = least,
            MaxInterval = most,
            Window = new SendingWindow([.. Enum.GetValues<DayOfWeek>().Select(d => new OpenSpan(d, 0, 24 * 60))]),
            HourlyCap = PaceFloor.PerHour,
            DailyCap = PaceFloor.PerDay,
            SeriesLength = 0,
        };
        await CampaignSends.ArrangeAsync(
            world,
            count,
            count * (4 + (int)(seconds / least.TotalSeconds)),
            JsonSerializer.Serialize(pace, _json)
        );
        // Spread over the first interval, as numbers that were begun at different times are.
        await world.RunAsync("UPDATE pace_states SET not_before = now() + random() * $1::interval", most);
        await world.RunAsync("UPDATE work_list SET due_at = now() WHERE kind = 'Outbound'");
        await Task.Delay(most + TimeSpan.FromSeconds(5));
        var from = DateTimeOffset.UtcNow;
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var until = from + TimeSpan.FromSeconds(seconds);
        // Of each number the gaps that began in the time; those that were still open at its end say nothing.
        var gaps = world
            .Sandbox.ReadLog()
            .Where(l => l.Kind == "send" && l.At >= from && l.At < until)
            .GroupBy(l => l.Instance)
            .SelectMany(n => n.Select(l => l.At).Order().ToArray() is var at ? at.Skip(1).Zip(at, (b, a) => b - a) : [])
            .Order()
            .ToArray();
        var configured = (least + most) / 2;
        var mean = TimeSpan.FromSeconds(gaps.Average(g => g.TotalSeconds));
        var sent = world.Sandbox.ReadLog().Count(l => l.Kind == "send" && l.At >= from && l.At < until);
        table.Add(
            least == most ? Seconds(least) : $"{Seconds(least)} to {Seconds(most)}",
            Table.Rate(count / configured.TotalSeconds),
            $"{sent:N0} in {seconds} s: {(double)sent / seconds:0.00}/s",
            (configured / mean).ToString("0.0 %", CultureInfo.InvariantCulture),
            $"{Seconds(gaps[0])}, {Seconds(mean)}, {Seconds(gaps[(int)(gaps.Length * 0.99)])}, {Seconds(gaps[^1])}",
            // What the wire and two busy cores shift by is not the console's gap.
            $"{gaps.Count(g => g < least - TimeSpan.FromMilliseconds(100))} of {gaps.Length:N0}",
            "98 to 100 %"
        );
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.00 s", CultureInfo.InvariantCulture);
}
