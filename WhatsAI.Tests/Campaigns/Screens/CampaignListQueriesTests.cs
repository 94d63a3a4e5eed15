using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Campaigns.Running;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Campaigns.Screens;

public sealed class CampaignListQueriesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Draft_shows_who_wrote_it_and_whom_its_plan_reaches()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 2);
        var id = await world.DraftAsync();

        var before = (await PageAsync(world)).Rows.ShouldHaveSingleItem();
        await world.PlanAsync(id);
        var after = (await PageAsync(world)).Rows.ShouldHaveSingleItem();

        before.ShouldSatisfyAllConditions(
            r => r.Id.ShouldBe(id),
            r => r.State.ShouldBe(CampaignState.Draft),
            r => r.People.ShouldBeNull(),
            r => r.BeganAt.ShouldBeNull(),
            r => r.Pool.ShouldNotBeNullOrEmpty()
        );
        after.People.ShouldBe(2);
        after.Version.ShouldBe(await world.VersionAsync(id));
    }

    [Fact]
    public async Task Figures_are_those_of_each_campaign_and_each_step_contains_the_next()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 3);
        var idle = await world.LaunchedAsync();
        var id = await world.LaunchedAsync();
        await world.TurnAsync(id);
        await world.World.RunAsync("UPDATE campaign_counts SET people = 0 WHERE tenant_id = $1 AND campaign_id = $2", id.Value);
        foreach (var (kind, people) in new[] { ("Planned", 1), ("Sent", 2), ("Read", 3), ("Replied", 4), ("Failed", 5), ("OptedOut", 6) })
        {
            await world.World.RunAsync(
                """
                INSERT INTO campaign_counts (tenant_id, campaign_id, kind, variant, instance_id, source, reason, people)
                VALUES ($1, $2, $3, 'Z', gen_random_uuid(), 0, '', $4), ($1, $2, $3, 'Y', gen_random_uuid(), 0, '', 100)
                """,
                id.Value,
                kind,
                people
            );
        }

        var rows = (await PageAsync(world)).Rows;

        rows.Select(r => r.Id).ShouldBe([id, idle], "the newest first");
        rows[0].Funnel.ShouldBe(new(515, 101, 309, 207, 207, 104, 105, 0, 0));
        rows[0].People.ShouldBe(3);
        rows[0].IsPrepared.ShouldBeTrue();
        rows[0].BeganAt.ShouldNotBeNull();
        rows[1].Funnel.Recipients.ShouldBe(0);
        rows[1].IsPrepared.ShouldBeFalse();
    }

    [Fact]
    public async Task Name_is_found_without_its_accents_and_a_state_alone()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var spring = await CreateAsync(world, "Promoção de Primavera");
        await CreateAsync(world, "100% natal_");
        var running = await world.LaunchedAsync();

        (await PageAsync(world, "PROMOCAO DE")).Rows.Select(r => r.Id).ShouldBe([spring]);
        (await PageAsync(world, "%")).Rows.ShouldHaveSingleItem().Name.ShouldBe("100% natal_");
        (await PageAsync(world, state: CampaignState.Running)).Rows.Select(r => r.Id).ShouldBe([running]);
        (await PageAsync(world, "primavera", CampaignState.Running)).Rows.ShouldBeEmpty();
        (await PageAsync(world, "  ")).Rows.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_a_gap_where_several_were_made_at_once()
    {
        await using var world = await CampaignWorld.CreateAsync();
        for (var i = 0; i < CampaignListQueries.PageSize + 5; i++)
        {
            await CreateAsync(world, $"Campanha {i}");
        }

        await world.World.RunAsync("UPDATE campaigns SET created_at = '2026-01-02' WHERE tenant_id = $1");
        var first = await PageAsync(world);
        var second = await PageAsync(world, after: first.Next);

        first.Rows.Count.ShouldBe(CampaignListQueries.PageSize);
        second.Next.ShouldBeNull();
        first.Rows.Concat(second.Rows).Select(r => r.Id).Distinct().Count().ShouldBe(CampaignListQueries.PageSize + 5);
    }

    [Fact]
    public async Task Culprit_is_named_to_those_who_see_the_number_alone()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var id = await world.LaunchedAsync();
        await world.TurnAsync(id);
        var number = world.Lane.Number(0);
        var detail = new PauseDetail(["held.failures"], new Culprit(SliceKind.Number, number.ToString(), 0.2, 0.01));
        await world.World.RunAsync(
            "UPDATE campaigns SET state = 'Paused', cause = 'BadSignals', detail = $3 WHERE tenant_id = $1 AND id = $2",
            id.Value,
            detail.ToString()
        );

        var seen = await world.DoAsync<CampaignListQueries, IReadOnlyList<CampaignListRow>>(q => q.FindAsync([id], Ct));
        var unseen = await world.SeeingAsync<CampaignListQueries, IReadOnlyList<CampaignListRow>>([], q => q.FindAsync([id], Ct));

        seen[0].Culprit.ShouldNotBeNullOrEmpty();
        unseen[0].Culprit.ShouldBeNull();
        unseen[0].Blamed.ShouldNotBeNull();
        unseen[0].Funnel.ShouldBe(seen[0].Funnel, "the totals are the company's");
    }

    [Fact]
    public async Task Company_without_anything_is_told_what_it_lacks()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);

        var before = await world.DoAsync<CampaignListQueries, CampaignNeeds>(q => q.NeedsAsync(Ct));
        await world.DraftAsync();
        var after = await world.DoAsync<CampaignListQueries, CampaignNeeds>(q => q.NeedsAsync(Ct));

        before.ShouldBe(new CampaignNeeds(Template: false, Contacts: true, Pool: true));
        after.Template.ShouldBeTrue();
    }

    private static Task<KeyPage<CampaignListRow, CampaignKey>> PageAsync(
        CampaignWorld world,
        string? typed = null,
        CampaignState? state = null,
        CampaignKey? after = null
    ) => world.DoAsync<CampaignListQueries, KeyPage<CampaignListRow, CampaignKey>>(q => q.PageAsync(typed, state, after, Ct));

    private static Task<CampaignId> CreateAsync(CampaignWorld world, string name) =>
        world.DoAsync<CampaignDraftActions, CampaignId>(a => a.CreateAsync(name, Ct));
}
