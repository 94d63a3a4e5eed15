using System.Collections.Concurrent;
using Npgsql;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Instances.Pools.Sending;

/// <summary>Over virtual hours, with two copies at work: what the rows say afterwards breaks no rule.</summary>
public sealed class LanePaceTests(ITestOutputHelper output)
{
    private const int Numbers = 4;

    private static readonly PacePolicy _policy = LaneWorld.Open with { HourlyCap = 25, DailyCap = 60, SeriesLength = 6 };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_copies_on_one_pool_break_no_interval_and_no_cap_and_send_nothing_twice()
    {
        var world = await LaneWorld.CreateAsync(_policy, [.. Enumerable.Repeat<MemberRole?>(MemberRole.Active, Numbers)]);
        await world.FeedAsync(400);
        await using var second = NpgsqlDataSource.Create(await TestDatabase.AppAsync());
        NpgsqlDataSource[] copies = [world.World.Database, second];
        var random = new Random(7);
        var counts = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);

        // Three hours, in steps that meet no interval exactly.
        for (var ahead = TimeSpan.Zero; ahead < TimeSpan.FromHours(3); ahead += TimeSpan.FromSeconds(37))
        {
            LedgerQueue[] queues = [.. copies.Select(c => world.World.NewQueue(c, ahead))];
            var turns = Enumerable
                .Range(0, Numbers)
                .Select(n => (Number: n, Queue: queues[random.Next(2)], Chance: random.Next(100)))
                .ToArray();
            await Task.WhenAll(turns.Select(t => TurnAsync(world, t.Number, t.Queue, t.Chance, counts)));
        }

        output.WriteLine(string.Join(", ", counts.Select(c => $"{c.Key} {c.Value}")));
        counts["sent"].ShouldBeGreaterThan(Numbers * 50, "two hours and a bit of 25 each");
        counts["back"].ShouldBeGreaterThan(5);
        counts["died"].ShouldBeGreaterThan(3);
        var waiting = await world.World.CountAsync("pool_messages");
        (await world.WaitingAsync()).ShouldBe(waiting);
        (await world.World.CountAsync("messages")).ShouldBe(400 - waiting);
        (await world.World.CountAsync("campaign_sends")).ShouldBe(400 - waiting);
        (await BrokenAsync(world, "at - before < interval '45 seconds'")).ShouldBe(0, "closer than the policy allows");
        (await MostAsync(world, "date_trunc('hour', at)")).ShouldBeLessThanOrEqualTo(25);
        (await MostAsync(world, "(at AT TIME ZONE 'America/Sao_Paulo')::date")).ShouldBeLessThanOrEqualTo(60);
        (await world.SignalsAsync()).ShouldStartWith($"{400 - waiting} ");
        await world.World.CountersShouldBeTrueAsync();
    }

    [Theory]
    [InlineData(-30)]
    [InlineData(30)]
    [InlineData(86_400)]
    public async Task Copy_whose_clock_is_wrong_sends_no_earlier(int seconds)
    {
        var world = await LaneWorld.CreateAsync(_policy, MemberRole.Active);
        await world.FeedAsync(2);
        var time = new ManualTime(DateTimeOffset.UtcNow.AddSeconds(seconds));
        var queue = world.World.NewQueue(world.World.Database, time: time);
        var claim = await world.ClaimAsync(0);
        var first = await queue.BeginAsync(claim, Ct);
        await queue.EndAsync(claim, first!, LedgerSteps.Taken(Hook.NewId()), Ct);

        (await queue.BeginAsync(claim, Ct)).ShouldBeNull();

        (await world.DueInAsync())!.Value.ShouldBeInRange(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Database_clock_that_jumps_a_day_and_back_hands_out_no_cap_again()
    {
        var one = LaneWorld.Open with { DailyCap = 1 };
        var world = await LaneWorld.CreateAsync(one, MemberRole.Active);
        // Where it is noon now: the minutes below are of one day, at whatever hour this runs.
        var east = 12 - DateTimeOffset.UtcNow.Hour;
        await world.World.RunAsync("UPDATE tenants SET time_zone = $2 WHERE id = $1", $"Etc/GMT{(east < 0 ? "+" : "-")}{Math.Abs(east)}");
        await world.FeedAsync(6);
        var day = TimeSpan.FromDays(1);

        var today = new[] { await world.SendAsync(), await world.SendAsync(ahead: TimeSpan.FromMinutes(5)) };
        var tomorrow = new[] { await world.SendAsync(ahead: day), await world.SendAsync(ahead: day + TimeSpan.FromMinutes(5)) };
        var back = new[] { await world.SendAsync(), await world.SendAsync(ahead: TimeSpan.FromMinutes(5)) };
        var again = await world.SendAsync(ahead: day + TimeSpan.FromMinutes(9));

        today.ShouldBe(["oferta 1", null]);
        tomorrow.ShouldBe(["oferta 2", null]);
        back.ShouldBe([null, null]);
        again.ShouldBeNull();
    }

    private static async Task TurnAsync(
        LaneWorld world,
        int number,
        LedgerQueue queue,
        int chance,
        ConcurrentDictionary<string, int> counts
    )
    {
        var claim = await world.ClaimAsync(number);
        if (await queue.BeginAsync(claim, Ct) is not { } attempt)
        {
            return;
        }

        var (what, result) = chance switch
        {
            < 4 => ("died", null),
            < 12 => ("back", LaneWorld.Surely(GatewayFailure.NotConnected)),
            < 15 => ("doubt", new AttemptResult.NotTaken(GatewayFailure.TimedOut, SurelyNotSent: false, null)),
            _ => ("sent", (AttemptResult?)LedgerSteps.Taken(Hook.NewId())),
        };
        counts.AddOrUpdate(what, 1, (_, n) => n + 1);
        if (result is not null)
        {
            (await queue.EndAsync(claim, attempt, result, Ct)).ShouldBe(what == "doubt", "the others give the claim back");
        }
    }

    private static async Task<int> BrokenAsync(LaneWorld world, string rule) =>
        (int)
            (long)
                (
                    await world.World.OneAsync<object>(
                        $"SELECT count(*) FROM (SELECT at, lag(at) OVER (PARTITION BY instance_id ORDER BY at) AS before FROM campaign_sends WHERE tenant_id = $1) s WHERE {rule}"
                    )
                )!;

    private static async Task<int> MostAsync(LaneWorld world, string by) =>
        (int)
            (long)
                (
                    await world.World.OneAsync<object>(
                        $"SELECT max(n) FROM (SELECT count(*) AS n FROM campaign_sends WHERE tenant_id = $1 GROUP BY instance_id, {by}) s"
                    )
                )!;
}
