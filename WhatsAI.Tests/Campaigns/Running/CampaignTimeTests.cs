using System.Globalization;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Campaigns.Running;

/// <summary>What was missed while nothing ran, and copies whose clocks are wrong.</summary>
public sealed class CampaignTimeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(LateStart.Skip, 0, "Cancelled TooLate")]
    [InlineData(LateStart.Ask, 0, "Paused Late")]
    [InlineData(LateStart.SendIfSoon, 30, "Paused Late")]
    [InlineData(LateStart.SendIfSoon, 90, "Running Due")]
    public async Task Start_that_was_missed_by_an_hour_is_decided_once_by_its_policy_whichever_copy_comes_first(
        LateStart late,
        int most,
        string expected
    )
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var schedule = new CampaignSchedule(DateTime.UtcNow.AddHours(2), "UTC", late, most);
        var campaign = await world.LaunchedAsync(await world.DraftAsync(schedule: schedule));
        await world.TurnAsync(campaign);
        await BackAsync(world, campaign, minutes: 60);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.OneTurnAsync(campaign)));
        await world.TurnAsync(campaign);

        (await world.StateAsync(campaign)).ShouldBe(expected);
        (await world.World.CountAsync("campaign_changes")).ShouldBe(2, "the launch, and what became of it");
        (await world.Lane.WaitingAsync()).ShouldBe(expected == "Running Due" ? 1 : 0);
        (await world.StandAsync(campaign)).ShouldBe(
            late switch
            {
                LateStart.Skip => "Skipped 1",
                LateStart.SendIfSoon when most == 90 => "Queued 1",
                _ => "Planned 1",
            }
        );
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public async Task Launched_on_a_copy_whose_clock_is_wrong_it_goes_out_at_once_and_is_steered_as_ever(int minutes)
    {
        await using var world = await CampaignWorld.CreateAsync(people: 2, time: new ShiftedTime(TimeSpan.FromMinutes(minutes)));
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        (await world.StandAsync(campaign)).ShouldBe("Queued 2");

        await world.DoAsync<CampaignSteering>(a => a.PauseAsync(campaign, Ct));
        (await world.SendAsync()).ShouldBeNull();
        // Where the pools are looked at, on a copy whose clock is right.
        await world.DoAsync<CampaignActions>(a => a.ReleaseAsync(campaign, Ct));
        await world.TurnAsync(campaign);

        (await world.StateAsync(campaign)).ShouldBe("Running ByPerson");
        (await world.SendAsync()).ShouldNotBeNull();
    }

    [Fact]
    public async Task Whether_a_start_is_over_is_said_by_the_databases_clock()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1, time: new ShiftedTime(TimeSpan.FromMinutes(-5)));
        // For this copy it is in three minutes.
        var draft = await world.DraftAsync(schedule: new CampaignSchedule(DateTime.UtcNow.AddMinutes(-2), "UTC"));
        await world.PlanAsync(draft);

        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct))).ShouldBe("launch-bad.time-over");
    }

    private static Task BackAsync(CampaignWorld world, Core.Instances.Pools.CampaignId campaign, int minutes) =>
        world.World.RunAsync(
            "UPDATE campaigns SET schedule = jsonb_set(schedule, '{local}', to_jsonb($3::text)) WHERE tenant_id = $1 AND id = $2",
            campaign.Value,
            DateTime.UtcNow.AddMinutes(-minutes).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)
        );
}
