using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Live;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Live;
using WhatsAI.Tests.Campaigns.Running;
using CampaignId = WhatsAI.Core.Instances.Pools.CampaignId;

namespace WhatsAI.Tests.Campaigns.Live;

/// <summary>What the page of a launched campaign reads, on PostgreSQL.</summary>
public sealed class CampaignLiveTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_reads_the_figures_of_the_whole_and_of_each_part_and_they_add_up()
    {
        await using var world = await CampaignWorld.CreateAsync(numbers: 2, people: 3);
        await world.PersonAsync(consent: ConsentState.OptedOut);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        await world.SendAsync(0);
        await world.SendAsync(1, AttemptEnds.Refused);
        await world.World.RunAsync("UPDATE messages SET delivery = 'Read' WHERE tenant_id = $1 AND delivery = 'Sent'");
        await world.TurnAsync(campaign);

        var live = (await FindAsync(world, campaign)).ShouldNotBeNull();

        live.Head.Name.ShouldBe("Tabela de dezembro");
        live.Head.StartedAt.ShouldNotBeNull();
        live.Doing.ShouldBe(new CampaignDoing.Ending(1));
        live.Funnel.ShouldBe(new Funnel(3, Waiting: 1, Sent: 1, Delivered: 1, Read: 1, Replied: 0, Failed: 1, Skipped: 0, Unconfirmed: 0));
        live.LeftOut.ShouldBe(new Dictionary<Exclusion, int> { [Exclusion.OptedOut] = 1 });
        live.Parts.Numbers.Select(n => (n.Number, n.Figures.Funnel.Sent, n.Figures.Funnel.Failed, n.LastHour))
            .ShouldBe([(world.Lane.Number(0), 1, 0, 1), (world.Lane.Number(1), 0, 1, 0)], ignoreOrder: true);
        live.Parts.Variants.ShouldHaveSingleItem().Figures.Funnel.Sent.ShouldBe(1);
        live.Parts.Sources.ShouldHaveSingleItem().Name.ShouldBe("clientes");
        live.Parts.Sources[0].Figures.Funnel.Recipients.ShouldBe(3);
        live.Parts.Reasons.ShouldBe([new ReasonFigures(RecipientState.Failed, "failed.number-not-on-whats-app", 1)]);
        live.Hours.Sum(h => h.Sent).ShouldBe(1);
        live.History.Select(h => h.To).ShouldBe([CampaignState.Running]);
    }

    [Fact]
    public async Task Numbers_that_a_member_does_not_see_are_one_line_without_name_or_id()
    {
        await using var world = await CampaignWorld.CreateAsync(numbers: 3, people: 3);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        foreach (var number in new[] { 0, 1, 2 })
        {
            await world.SendAsync(number);
        }

        await world.TurnAsync(campaign);
        var culprit = new PauseDetail(["held.number-fell"], new Culprit(SliceKind.Number, world.Lane.Number(1).ToString(), 1, 0));
        await world.World.RunAsync(
            "UPDATE campaigns SET state = 'Paused', cause = 'BadSignals', detail = $2 WHERE tenant_id = $1",
            culprit.ToString()
        );
        await world.World.RunAsync("UPDATE campaign_changes SET detail = $2 WHERE tenant_id = $1", culprit.ToString());

        var some = (
            await world.SeeingAsync<CampaignLiveQueries, CampaignLive?>(q => q.FindAsync(campaign, Ct), world.Lane.Number(0))
        ).ShouldNotBeNull();
        var all = (await FindAsync(world, campaign)).ShouldNotBeNull();

        some.Funnel.Sent.ShouldBe(3, "the campaign is the company's");
        some.Parts.Numbers.Select(n => (n.Number, n.Name is null, n.Figures.Funnel.Sent))
            .ShouldBe([(world.Lane.Number(0), false, 1), (null, true, 2)]);
        PauseDetail.Read(some.Head.Detail)!.Culprit!.Key.ShouldBeEmpty();
        System.Text.Json.JsonSerializer.Serialize(some).ShouldNotContain(world.Lane.Number(1).ToString());
        PauseDetail.Read(all.Head.Detail)!.Culprit!.Key.ShouldBe(world.Lane.Number(1).ToString());
    }

    [Fact]
    public async Task First_part_that_waits_says_until_when_and_a_later_start_says_it_waits()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 4);
        var canary = await world.LaunchedAsync(await world.DraftAsync(canary: new CanaryPolicy(10, Least: 2, TimeSpan.FromMinutes(30))));
        await world.TurnAsync(canary);
        (await FindAsync(world, canary))!.Doing.ShouldBe(new CampaignDoing.FirstPartWaits(2, null), "its messages have not gone");
        await world.SendAsync();
        await world.SendAsync();
        await world.OneTurnAsync(canary);
        var schedule = new CampaignSchedule(DateTime.UtcNow.AddHours(2).Date.AddHours(30), "UTC");
        var later = await world.LaunchedAsync(await world.DraftAsync(schedule: schedule));
        (await FindAsync(world, later))!.Doing.ShouldBe(new CampaignDoing.Preparing(0));
        await world.TurnAsync(later);

        (await FindAsync(world, canary))!.Doing.ShouldBeOfType<CampaignDoing.FirstPartWaits>().Until.ShouldNotBeNull();
        (await FindAsync(world, later))!.Doing.ShouldBe(new CampaignDoing.Waiting(schedule.StartsAt()));
    }

    [Fact]
    public async Task Pause_is_told_with_who_did_it_and_goes_into_the_history()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);

        await world.DoAsync<CampaignSteering>(a => a.PauseAsync(campaign, Ct));
        var live = (await FindAsync(world, campaign))!;

        live.Doing.ShouldBe(new CampaignDoing.Stopped());
        live.Head.By.ShouldNotBeNullOrEmpty();
        live.Pace.EndsAt.ShouldBeNull();
        live.History.Select(h => (h.From, h.To, h.Cause))
            .ShouldBe([
                (CampaignState.Draft, CampaignState.Running, CampaignCause.ByPerson),
                (CampaignState.Running, CampaignState.Paused, CampaignCause.ByPerson),
            ]);
    }

    [Fact]
    public async Task Draft_has_no_such_page_and_an_agent_may_not_ask()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var draft = await world.DraftAsync();

        (await FindAsync(world, draft)).ShouldBeNull();
        (await world.DoAsync<CampaignLiveQueries, bool>(q => q.IsDraftAsync(draft, Ct))).ShouldBeTrue();
        (await world.RefusedAsync<CampaignLiveQueries>(q => q.FindAsync(draft, Ct), Role.Agent)).ShouldBe("permission.missing");
    }

    [Fact]
    public async Task Wordings_are_compared_and_a_clear_winner_is_named()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var campaign = await world.LaunchedAsync(
            await world.DraftAsync([new VariantDraft("A", "Oi"), new VariantDraft("B", "Bom dia, tudo bem?")])
        );
        await world.TurnAsync(campaign);
        await world.World.RunAsync(
            """
            INSERT INTO campaign_counts (tenant_id, campaign_id, kind, variant, instance_id, source, reason, people)
            SELECT $1, $2, t.kind, t.variant, '00000000-0000-0000-0000-000000000000', 0, '', t.people
            FROM (VALUES ('Read', 'A', 900), ('Replied', 'A', 100), ('Read', 'B', 800), ('Replied', 'B', 200)) AS t (kind, variant, people)
            """,
            campaign.Value
        );

        var parts = (await FindAsync(world, campaign))!.Parts;

        parts
            .Variants.Select(v => (v.Key, v.Text, v.Figures.Funnel.Replied))
            .ShouldBe([("A", "Oi", 100), ("B", "Bom dia, tudo bem?", 200)]);
        parts.Verdict.ShouldBe(new VariantVerdict(Certainty.Clear, "B", 99));
    }

    private static Task<CampaignLive?> FindAsync(CampaignWorld world, CampaignId campaign) =>
        world.DoAsync<CampaignLiveQueries, CampaignLive?>(q => q.FindAsync(campaign, Ct));
}
