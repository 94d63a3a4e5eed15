using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Infrastructure.Campaigns;

namespace WhatsAI.Tests.Campaigns.Running;

/// <summary>What stops a running campaign by itself: its first part, and what people make of its messages.</summary>
public sealed class CampaignGuardTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_person_let_go_on_during_the_first_part_stops_it_no_second_time()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 6);
        var campaign = await FirstPartAsync(world, TimeSpan.FromMinutes(30), AttemptEnds.Refused);
        (await world.StateAsync(campaign)).ShouldBe("Paused BadSignals");

        await world.DoAsync<CampaignSteering>(a => a.ResumeAsync(campaign, Ct));
        await world.OneTurnAsync(campaign);

        (await world.StateAsync(campaign)).ShouldBe("Running ByPerson");
    }

    [Fact]
    public async Task First_part_goes_alone_and_the_rest_only_after_it_came_back_well()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 6);
        var campaign = await world.LaunchedAsync(await world.DraftAsync(canary: new CanaryPolicy(50, Least: 2, TimeSpan.Zero)));
        await world.TurnAsync(campaign);
        (await world.StandAsync(campaign)).ShouldBe("Planned 4, Queued 2");

        (await world.SendAsync()).ShouldNotBeNull();
        await world.OneTurnAsync(campaign);
        (await world.StandAsync(campaign)).ShouldBe("Planned 3, Queued 2, Sent 1", "the half of it");
        (await world.SendAsync()).ShouldNotBeNull();
        await world.OneTurnAsync(campaign);
        (await world.StandAsync(campaign)).ShouldBe("Planned 3, Queued 1, Sent 2", "nobody follows it");
        (await world.SendAsync()).ShouldNotBeNull();
        await world.OneTurnAsync(campaign);
        (await world.StateAsync(campaign)).ShouldBe("Paused CanaryFailed", "nothing of it arrived");

        await world.DoAsync<CampaignSteering>(a => a.ResumeAsync(campaign, Ct));
        await world.TurnAsync(campaign);
        (await world.StandAsync(campaign)).ShouldBe("Queued 3, Sent 3", "a person let the rest go");
    }

    [Fact]
    public async Task Rest_goes_when_the_wait_after_the_last_message_of_the_first_part_is_over()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 6);
        var campaign = await FirstPartAsync(world, TimeSpan.FromMinutes(30));
        await world.World.RunAsync("UPDATE messages SET delivery = 'Delivered' WHERE tenant_id = $1 AND delivery = 'Sent'");
        await world.TurnAsync(campaign);
        (await world.StandAsync(campaign)).ShouldBe("Delivered 2, Planned 4", "its half hour is not over");

        await world.World.RunAsync("UPDATE campaign_runs SET last_sent_at = last_sent_at - interval '31 minutes' WHERE tenant_id = $1");
        await world.TurnAsync(campaign);

        (await world.StandAsync(campaign)).ShouldBe("Delivered 2, Planned 2, Queued 2");
    }

    [Theory]
    [InlineData("OptedOut", 2, "held.opt-outs")]
    [InlineData("Blocked", 1, "held.blocks")]
    public async Task People_who_want_no_more_of_it_stop_it(string kind, int people, string why)
    {
        await using var world = await CampaignWorld.CreateAsync(people: 6);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        await world.SendAsync();
        await world.SendAsync();
        await world.TurnAsync(campaign);
        await world.World.RunAsync(
            """
            INSERT INTO campaign_news (tenant_id, campaign_id, contact_id, kind, at)
            SELECT tenant_id, campaign_id, contact_id, $2, now() FROM campaign_recipients WHERE tenant_id = $1 AND state = 'Sent' LIMIT $3
            """,
            kind,
            people
        );

        await world.OneTurnAsync(campaign);

        (await world.StateAsync(campaign)).ShouldBe("Paused BadSignals");
        (await WhyAsync(world)).ShouldBe([why]);
    }

    /// <summary>Two of six went out, and the machine has looked.</summary>
    private static async Task<Core.Instances.Pools.CampaignId> FirstPartAsync(
        CampaignWorld world,
        TimeSpan wait,
        AttemptEnds ends = AttemptEnds.Sent
    )
    {
        var campaign = await world.LaunchedAsync(await world.DraftAsync(canary: new CanaryPolicy(10, Least: 2, wait)));
        await world.TurnAsync(campaign);
        (await world.SendAsync(ends: ends)).ShouldNotBeNull();
        (await world.SendAsync(ends: ends)).ShouldNotBeNull();
        await world.OneTurnAsync(campaign);
        return campaign;
    }

    private static async Task<IReadOnlyList<string>> WhyAsync(CampaignWorld world) =>
        PauseDetail.Read(await world.World.ScalarAsync<string>("SELECT detail FROM campaigns WHERE tenant_id = $1")).ShouldNotBeNull().Why;
}
