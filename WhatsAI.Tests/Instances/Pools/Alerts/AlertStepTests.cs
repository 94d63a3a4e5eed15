using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Planning;
using WhatsAI.Infrastructure.Live;

namespace WhatsAI.Tests.Instances.Pools.Alerts;

/// <summary>Stored alerts follow the facts: raised once, by however many copies, told to whom it concerns, and over by themselves.</summary>
public sealed class AlertStepTests
{
    // With ticks that PostgreSQL does not keep.
    private static readonly DateTimeOffset _now = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero).AddTicks(7);

    [Fact]
    public async Task Alert_is_raised_once_and_asking_again_writes_nothing()
    {
        var world = await AlertWorld.CreateAsync();
        var facts = world.Facts(Verdict.Banned, _now);

        var first = await world.ApplyAsync(facts, _now);
        var second = await world.ApplyAsync(facts, _now.AddSeconds(30));

        first.ShouldBe([new AlertsChanged(world.Tenant)]);
        second.ShouldBeEmpty();
        (await world.KindsAsync()).ShouldBe(["Banned"]);
    }

    [Fact]
    public async Task Alert_that_two_copies_find_at_once_is_one_and_told_once()
    {
        var world = await AlertWorld.CreateAsync();
        await world.AddChannelAsync(AlertChannelKind.Email, "plantao@aurora.example");

        var told = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.ApplyAsync(world.Facts(Verdict.Banned, _now), _now)));

        told.Count(t => t.Count > 0).ShouldBe(1);
        (await world.KindsAsync()).ShouldBe(["Banned"]);
        (await world.CountAsync("SELECT count(*) FROM alert_deliveries WHERE tenant_id = $1")).ShouldBe(1);
    }

    [Fact]
    public async Task Alert_is_over_when_its_cause_is_and_what_comes_and_goes_is_not_told_again()
    {
        var world = await AlertWorld.CreateAsync();
        await world.AddChannelAsync(AlertChannelKind.Email, "plantao@aurora.example");
        await world.ApplyAsync(world.Facts(Verdict.Flapping, _now), _now);

        await world.ApplyAsync(world.Facts(Verdict.Healthy, _now), _now.AddMinutes(1));
        await world.ApplyAsync(world.Facts(Verdict.Flapping, _now), _now.AddMinutes(5));
        await world.ApplyAsync(world.Facts(Verdict.Healthy, _now), _now.AddMinutes(6));
        (await world.ApplyAsync(world.Facts(Verdict.Healthy, _now), _now.AddMinutes(15))).ShouldBeEmpty();
        (await world.KindsAsync()).ShouldBe(["Flapping"]);

        await world.ApplyAsync(world.Facts(Verdict.Healthy, _now), _now.AddMinutes(16));

        (await world.KindsAsync()).ShouldBeEmpty();
        (await world.KindsAsync(open: false)).ShouldBe(["Flapping"]);
        (await world.CountAsync("SELECT count(*) FROM alert_deliveries WHERE tenant_id = $1")).ShouldBe(1);
        await world.ApplyAsync(world.Facts(Verdict.Flapping, _now), _now.AddHours(1));
        (await world.CountAsync("SELECT count(*) FROM alert_deliveries WHERE tenant_id = $1")).ShouldBe(2, "another time is another alert");
    }

    [Fact]
    public async Task Channel_is_told_of_what_it_asked_for_only()
    {
        var world = await AlertWorld.CreateAsync();
        var all = await world.AddChannelAsync(AlertChannelKind.Email, "todos@aurora.example");
        var grave = await world.AddChannelAsync(AlertChannelKind.Email, "graves@aurora.example", lowest: AlertLevel.Critical);
        var other = await world.AddChannelAsync(
            AlertChannelKind.Email,
            "outros@aurora.example",
            lowest: AlertLevel.Info,
            kinds: AlertKind.Banned
        );
        var off = await world.AddChannelAsync(AlertChannelKind.Email, "fora@aurora.example");
        await world.First.RunAsync("UPDATE alert_channels SET is_enabled = false WHERE tenant_id = $1 AND id = $2", off.Value);

        await world.ApplyAsync(world.Facts(Verdict.Flapping, _now), _now);

        (await ToldAsync(all), await ToldAsync(grave), await ToldAsync(other), await ToldAsync(off)).ShouldBe((1, 0, 0, 0));
        await world.ApplyAsync(world.Facts(Verdict.Banned, _now), _now.AddMinutes(1));
        (await ToldAsync(all), await ToldAsync(grave), await ToldAsync(other), await ToldAsync(off)).ShouldBe((2, 1, 1, 0));

        Task<long> ToldAsync(AlertChannelId channel) =>
            world.CountAsync("SELECT count(*) FROM alert_deliveries WHERE tenant_id = $1 AND channel_id = $2", channel.Value);
    }

    [Fact]
    public async Task Look_at_one_pool_ends_nothing_of_another_nor_of_a_number_without_one()
    {
        var world = await AlertWorld.CreateAsync();
        var other = await AlertWorld.CreateAsync(world.Tenant);
        var lost = other.Member(other.Number, Core.Instances.Pools.MemberRole.Active, Verdict.LoggedOut, _now);
        var short_ = world.Facts(Verdict.Healthy, _now) with { Overload = new OverloadPlan(120, _now.AddDays(2), []) };
        await world.ApplyAllAsync([short_], [lost], _now);
        (await world.KindsAsync()).ShouldBe(["CapacityShort", "LoggedOut"]);

        await other.ApplyAsync(other.Facts(Verdict.Healthy, _now) with { Members = [] }, _now.AddMinutes(1));
        (await world.KindsAsync()).ShouldBe(["CapacityShort", "LoggedOut"]);
        await world.ApplyAllAsync([short_], [], _now.AddMinutes(2));

        (await world.KindsAsync()).ShouldBe(["CapacityShort"], "a look at all of the company ends what nobody asks for");
    }

    [Fact]
    public async Task Incident_of_a_server_is_one_alert_however_many_pools_report_it()
    {
        var world = await AlertWorld.CreateAsync();
        var incident = new GatewayIncident(world.Server, _now, [world.Number, world.Second], 2, Unreachable: true);

        await world.ApplyAsync(world.Facts(Verdict.Dead, _now), _now, incident);
        await world.ApplyAsync(world.Facts(Verdict.Dead, _now) with { Members = [] }, _now.AddSeconds(5), incident);

        (await world.KindsAsync()).ShouldBe(["GatewayDown"]);
        await world.ApplyAsync(world.Facts(Verdict.Healthy, _now), _now.AddMinutes(1));
        await world.ApplyAsync(world.Facts(Verdict.Healthy, _now), _now.AddMinutes(2));
        (await world.KindsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Words_follow_the_facts_and_keep_the_alert()
    {
        var world = await AlertWorld.CreateAsync();
        await world.ApplyAsync(world.Facts(Verdict.Banned, _now), _now);
        var done = new DoneFailover(Guid.NewGuid(), world.Number, "failover.promoted", _now.AddSeconds(1), world.Second);

        await world.ApplyAsync(world.Facts(Verdict.Banned, _now) with { Failovers = [done] }, _now.AddSeconds(2));

        (await world.KindsAsync()).ShouldBe(["Banned", "FailoverDone"]);
        (
            await world.CountAsync(
                "SELECT count(*) FROM alerts WHERE tenant_id = $1 AND done = 'failover.promoted' AND other_id = $2 AND instance_id = $3",
                world.Second.Value,
                world.Number.Value
            )
        ).ShouldBe(2);
        (await world.ApplyAsync(world.Facts(Verdict.Banned, _now) with { Failovers = [done] }, _now.AddSeconds(3))).ShouldBeEmpty();
    }
}
