using System.Diagnostics;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>
/// A campaign as people launch it, on two copies that are killed again and again while it goes out, with PostgreSQL restarted in the middle. What left is counted in
/// the sandbox's own log. 600 recipients; <c>./test.sh long</c> has the 20,000 of the promise.
/// </summary>
[Collection("failures")]
public sealed class LaunchedCampaignKillTests(ITestOutputHelper output)
{
    private const int Numbers = 8;
    private const string Name = "Tabela de dezembro";
    private static readonly (int People, int Kills, int Restarts) _size = Rounds.Long ? (20_000, 50, 2) : (600, 4, 1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_gets_it_twice_and_nobody_is_forgotten_whatever_is_killed_when()
    {
        var random = Rounds.Seeded(output);
        var (people, kills, restarts) = _size;
        await using var copies = await TwoCopies.StartAsync();
        var world = copies.World;
        for (var i = 0; i < Numbers; i++)
        {
            await world.AddNumberAsync(
                copies.Door.Address,
                new SandboxBehaviour
                {
                    SlowMs = 60,
                    DeliveredMs = 300,
                    ReadMs = null,
                    RetryAfterSeconds = 1,
                }
            );
        }

        var pool = await FailoverWorld.PoolAsync(world, [.. Enumerable.Repeat(MemberRole.Active, Numbers)]);
        await using var campaigns = new WorldCampaigns(world, copies.Cluster);
        await campaigns.WithoutPaceAsync();
        var tag = await campaigns.PeopleAsync(people);
        await FeedByHandAsync(copies);
        var watch = Stopwatch.StartNew();
        var campaign = await campaigns.LaunchAsync(pool, tag, Name);
        var (resumed, starting) = (new List<TimeSpan>(), Task.FromResult(TimeSpan.Zero));
        for (var kill = 1; kill <= kills; kill++)
        {
            var reached = (people * kill / (kills + 1)) - random.Next(0, people / (kills + 1) / 2);
            await Wait.UntilAsync(async () => await campaigns.BegunAsync(campaign) >= reached, $"{reached} have begun", 120);
            await starting;
            // Refused before anything left, taken although the answer says otherwise: the first goes out once more, the second never.
            await copies.Sandbox.Control.BehaveAsync(
                world.Numbers[random.Next(Numbers)].Name,
                new { sendFault = kill % 2 == 0 ? "rate-limit" : "error-after", sendFaultTimes = 2 }
            );
            if (restarts > 0 && kill == kills - (restarts * kills / (_size.Restarts + 1)))
            {
                restarts--;
                await RestartAsync(copies, random);
            }

            await Task.Delay(random.Next(0, 400), Ct);
            var victim = copies.Copies[random.Next(2)];
            await victim.KillHardAsync();
            var killed = Stopwatch.StartNew();
            var before = await campaigns.BegunAsync(campaign);
            await Wait.UntilAsync(async () => await campaigns.BegunAsync(campaign) > before, "somebody goes on", 60);
            resumed.Add(killed.Elapsed);
            output.WriteLine(
                $"kill {kill} at {watch.Elapsed.TotalSeconds:0} s: {before} had begun, goes on after {resumed[^1].TotalSeconds:0.0} s"
            );
            starting = victim.StartAgainAsync();
        }

        await starting;
        try
        {
            await Wait.UntilAsync(async () => await campaigns.StateAsync(campaign) == "Completed", "everybody has an outcome", 180);
        }
        catch (TimeoutException)
        {
            output.WriteLine($"{await campaigns.StateAsync(campaign)}: {await campaigns.StandAsync(campaign)}");
            throw;
        }

        output.WriteLine(
            $"{people} recipients in {watch.Elapsed.TotalSeconds:0} s, {kills} kills, {_size.Restarts} restarts of PostgreSQL, somebody goes on {resumed.Max().TotalSeconds:0.0} s after a kill at most"
        );
        restarts.ShouldBe(0);
        await JudgeAsync(copies, campaigns, campaign);
    }

    private async Task JudgeAsync(TwoCopies copies, WorldCampaigns campaigns, CampaignId campaign)
    {
        var (world, phones) = (copies.World, Enumerable.Range(0, _size.People).Select(WorldCampaigns.PhoneOf).ToList());
        var log = copies.Sandbox.ReadLog().Where(l => l.Kind == "send").ToList();
        log.GroupBy(l => l.Number).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty("handed over twice");
        var sent = log.Where(l => l.Text!.StartsWith(Name, StringComparison.Ordinal)).Select(l => l.Number!).ToList();
        // Sorted, not compared in any order: that takes minutes of 20,000.
        (await campaigns.PhonesAsync(campaign, "IS NOT NULL"))
            .Order(StringComparer.Ordinal)
            .ShouldBe(phones.Order(StringComparer.Ordinal));

        // An echo settles at once; the gateway's own store is asked 5 and 30 seconds after.
        await Wait.UntilAsync(
            async () => (await campaigns.PhonesAsync(campaign, "= 'Unconfirmed'")).Intersect(sent, StringComparer.Ordinal).Any() is false,
            "what went out is no longer in doubt",
            60
        );
        await Wait.UntilAsync(
            async () => (await campaigns.PhonesAsync(campaign, "IN ('Sent', 'Delivered')")).Count == sent.Count,
            "whoever got it is known to have got it",
            60
        );
        (await campaigns.PhonesAsync(campaign, "IN ('Sent', 'Delivered')"))
            .Order(StringComparer.Ordinal)
            .ShouldBe(sent.Order(StringComparer.Ordinal));
        var doubtful = await campaigns.PhonesAsync(campaign, "= 'Unconfirmed'");
        doubtful.ShouldBe(phones.Except(sent, StringComparer.Ordinal), ignoreOrder: true, "forgotten, and not listed");
        doubtful.Count.ShouldBeLessThanOrEqualTo((_size.Kills + _size.Restarts) * Numbers);

        await Wait.UntilAsync(
            async () => await campaigns.CountedAsync(campaign) == await campaigns.StandAsync(campaign),
            "what is counted is what is there"
        );
        (await world.ScalarAsync<long>("SELECT sum(waiting) FROM pool_queues WHERE tenant_id = $1")).ShouldBe(0);
        (await world.ScalarAsync<long>("SELECT count(*) FROM pool_messages WHERE tenant_id = $1")).ShouldBe(0);
        (await world.ScalarAsync<int>("SELECT sent FROM campaign_signals WHERE tenant_id = $1 AND name = $2", Name)).ShouldBe(_size.People);
        (await world.ListAsync("SELECT \"from\" || ' ' || \"to\" FROM campaign_changes WHERE tenant_id = $1 ORDER BY at")).ShouldBe([
            "Draft Running",
            "Running Completed",
        ]);
        await new Judge(world, copies.Sandbox).CountersAsync();
        output.WriteLine($"{sent.Count} handed over once, {doubtful.Count} in doubt that did not go out");
    }

    /// <summary>A few more messages beside it, as an operator puts them there.</summary>
    private static async Task FeedByHandAsync(TwoCopies copies)
    {
        var slug = await copies.World.ScalarAsync<string>("SELECT slug FROM tenants WHERE id = $1");
        var said = await copies
            .Copies[0]
            .CommandAsync(
                "campaign",
                "feed",
                "--tenant",
                slug!,
                "--pool",
                "Vendas",
                "--count",
                "10",
                "--name",
                "Teste",
                "--Sandbox:Enabled=true",
                $"--Sandbox:BaseAddress={copies.Sandbox.Address}"
            );
        said.ShouldContain("10 messages wait at Vendas");
    }

    /// <summary>The database is away for a second or two; both copies live on.</summary>
    private static async Task RestartAsync(TwoCopies copies, Random random)
    {
        await copies.Cluster.StopAsync();
        await Task.Delay(random.Next(200, 2_000), Ct);
        await copies.Cluster.StartAgainAsync();
        copies.World.ForgetConnections();
    }
}
