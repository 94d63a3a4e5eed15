using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;

namespace WhatsAI.Tests.Campaigns.Running;

/// <summary>What is launched is what was shown, and what a second person said yes to.</summary>
public sealed class CampaignLaunchTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Audience_that_grew_by_more_than_a_twentieth_since_the_plan_is_planned_anew()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 20);
        var draft = await world.DraftAsync();
        await world.PlanAsync(draft);
        await world.PersonAsync();
        await world.PersonAsync();

        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct))).ShouldBe("launch-bad.plan-changed");

        await world.PlanAsync(draft);
        await world.PersonAsync();
        await world.DoAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct));
        await world.TurnAsync(draft);
        (await world.World.CountAsync("campaign_recipients")).ShouldBe(23, "one more is still about what was shown");
    }

    [Fact]
    public async Task Audience_that_left_meanwhile_is_nobody()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var draft = await world.DraftAsync();
        await world.PlanAsync(draft);
        await world.World.RunAsync("UPDATE contacts SET consent = 'OptedOut' WHERE tenant_id = $1");

        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct))).ShouldBe("launch-bad.nobody");
    }

    [Fact]
    public async Task Second_persons_word_is_for_what_was_shown_and_holds_a_week()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 20);
        var second = new UserId(Guid.NewGuid());
        await world.World.RunAsync(
            "INSERT INTO campaign_settings (tenant_id, cap, approval, skips_conversations) VALUES ($1, '{\"perDay\":1,\"perWeek\":3}', '{\"above\":1}', true)"
        );
        var draft = await world.DraftAsync();
        await world.PlanAsync(draft);
        await world.DoAsync<CampaignLaunching>(a => a.ApproveAsync(draft, Ct), user: second);

        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct), user: second)).ShouldBe("approval.own");
        await world.World.RunAsync(
            "UPDATE campaigns SET approval = jsonb_set(approval, '{at}', to_jsonb(now() - interval '8 days')) WHERE tenant_id = $1"
        );
        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct))).ShouldBe("approval.old");

        await world.DoAsync<CampaignLaunching>(a => a.ApproveAsync(draft, Ct), user: second);
        var version = await world.VersionAsync(draft);
        await world.DoAsync<CampaignDraftActions>(a =>
            a.StartAtAsync(draft, new CampaignSchedule(DateTime.UtcNow.AddHours(2), "UTC"), version, Ct)
        );
        await world.PlanAsync(draft);
        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct))).ShouldBe("approval.changed");

        await world.DoAsync<CampaignLaunching>(a => a.ApproveAsync(draft, Ct), user: second);
        await world.PersonAsync();
        await world.PersonAsync();
        await world.PlanAsync(draft);
        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct))).ShouldBe("approval.grown");
    }
}
