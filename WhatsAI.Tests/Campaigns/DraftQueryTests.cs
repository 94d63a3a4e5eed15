using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Audiences;
using WhatsAI.Infrastructure.Campaigns.Planning;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Tags;
using WhatsAI.Tests.Campaigns.Running;

namespace WhatsAI.Tests.Campaigns;

/// <summary>What the wizard is shown of a draft, on PostgreSQL.</summary>
public sealed class DraftQueryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Audience_is_counted_whole_and_by_each_of_its_parts()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 3);
        var both = await world.PersonAsync();
        var other = await world.DoAsync<TagActions, TagId>(a => a.CreateAsync("outros", 1, Ct));
        await world.World.RunAsync("INSERT INTO contact_tags (tenant_id, contact_id, tag_id) VALUES ($1, $2, $3)", both.Value, other.Value);
        await world.PersonAsync(tagged: false);

        var with = await CountAsync(world, new Audience([Of(world.Tag), Of(other)], []));
        var without = await CountAsync(world, new Audience([Of(world.Tag)], [Of(other)]));

        (with!.Total, string.Join(' ', with.From), with.Without.Count).ShouldBe((4, "4 1", 0));
        (without!.Total, string.Join(' ', without.From), string.Join(' ', without.Without)).ShouldBe((3, "4", "1"));
    }

    [Fact]
    public async Task Somebody_of_the_audience_is_found_to_look_at_the_message_with()
    {
        await using var world = await CampaignWorld.CreateAsync();
        var audience = new Audience([Of(world.Tag)], []);
        await world.PersonAsync(tagged: false);
        (await world.DoAsync<AudienceQueries, ContactId?>(q => q.SomebodyAsync(audience, Ct))).ShouldBeNull();

        var person = await world.PersonAsync();

        (await world.DoAsync<AudienceQueries, ContactId?>(q => q.SomebodyAsync(audience, Ct))).ShouldBe(person);
    }

    [Fact]
    public async Task Those_who_are_left_out_can_be_looked_at_by_reason_before_the_launch()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        await world.PersonAsync("Bia", ConsentState.OptedOut);
        await world.PersonAsync("Ana", ConsentState.OptedOut);
        await world.PersonAsync("Caio", ConsentState.Unknown);
        var draft = await world.DraftAsync();
        await world.PlanAsync(draft);

        (await LeftOutAsync(world, draft, Exclusion.OptedOut)).ShouldBe("Ana, Bia");
        (await LeftOutAsync(world, draft, Exclusion.UnknownConsent)).ShouldBe("Caio");
        (await LeftOutAsync(world, draft, Exclusion.Duplicate)).ShouldBe("");
    }

    [Fact]
    public async Task Value_that_a_text_cannot_do_without_is_asked_for_before_the_launch()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var draft = await world.DraftAsync([new VariantDraft("A", "Só até {{campaign.dia}}, {{campaign.onde|na loja}}")]);
        (await FindAsync(world, draft)).Lacking.ShouldBe(["dia"]);
        await world.PlanAsync(draft);
        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct))).ShouldBe("launch-bad.text");

        var view = await FindAsync(world, draft);
        await world.DoAsync<CampaignDraftActions>(a =>
            a.WriteAsync(draft, view.Template!.Value, new Dictionary<string, string> { ["dia"] = "sexta" }, view.Version, Ct)
        );
        (await FindAsync(world, draft)).Lacking.ShouldBeEmpty();
        await world.LaunchedAsync(draft);
        await world.TurnAsync(draft);

        (await world.SendAsync()).ShouldBe("Só até sexta, na loja");
    }

    [Fact]
    public async Task Draft_that_is_addressed_to_nobody_has_no_audience_again()
    {
        await using var world = await CampaignWorld.CreateAsync();
        var draft = await world.DraftAsync();

        await world.DoAsync<CampaignDraftActions>(async a => await a.AddressNobodyAsync(draft, await world.VersionAsync(draft), Ct));

        (await FindAsync(world, draft)).Audience.ShouldBeNull();
        (await world.RefusedAsync<FlightPlans>(p => p.MakeAsync(draft, null, ct: Ct))).ShouldBe("campaign.incomplete");
    }

    [Fact]
    public async Task Numbers_that_the_member_does_not_see_are_one_lane_of_no_number()
    {
        await using var world = await CampaignWorld.CreateAsync(numbers: 3, people: 30);
        var draft = await world.DraftAsync();
        var whole = (await world.PlanAsync(draft)).Plan;
        var seen = whole.Lanes[0].Instance;

        var plan = await world.SeeingAsync<FlightPlans, FlightPlanRow?>(p => p.FindAsync(draft, Ct), seen);

        plan!.Plan.Lanes.Select(l => l.Instance).ShouldBe([seen, default]);
        plan.Plan.Lanes.Sum(l => l.Total).ShouldBe(whole.Lanes.Sum(l => l.Total));
        plan.Plan.Lanes[1].Days[0].Cap.ShouldBe(whole.Lanes.Skip(1).Sum(l => l.Days[0].Cap));
        plan.Plan.Warnings.ShouldAllBe(w => w.Number == null || w.Number == seen);
    }

    [Fact]
    public async Task Test_goes_only_where_a_conversation_is_and_once_for_a_click()
    {
        await using var world = await CampaignWorld.CreateAsync();
        var ana = await world.PersonAsync("Ana Lima");
        var draft = await world.DraftAsync([new VariantDraft("A", "Oi {{contact.first_name}}")]);
        var key = Guid.NewGuid();
        (await world.RefusedAsync<TestSendActions>(a => a.SendAsync(draft, ana, "A", key, Ct))).ShouldBe("campaign.test-no-thread");
        await world.World.RunAsync(
            """
            WITH c AS (
                INSERT INTO conversations (id, tenant_id, instance_id, kind, contact_id, created_at)
                SELECT gen_random_uuid(), $1, b.instance_id, 'Person', $2, now() FROM pool_members b WHERE b.tenant_id = $1 LIMIT 1 RETURNING id, instance_id)
            INSERT INTO conversation_heads (conversation_id, tenant_id, instance_id, kind, status, last_at, last_preview, last_kind, last_direction, last_inbound_at, unread)
            SELECT id, $1, instance_id, 'Person', 'Open', now(), 'oi', 'Text', 'In', now(), 0 FROM c
            """,
            ana.Value
        );

        (
            await Should.ThrowAsync<Core.Common.RuleException>(() =>
                world.SeeingAsync<TestSendActions, object>(
                    async a => await a.SendAsync(draft, ana, "A", key, Ct),
                    default(Core.Instances.InstanceId)
                )
            )
        ).Key.ShouldBe("campaign.test-no-thread", "not through a number that the member does not see");

        await world.DoAsync<TestSendActions>(a => a.SendAsync(draft, ana, "A", key, Ct));
        await world.DoAsync<TestSendActions>(a => a.SendAsync(draft, ana, "A", key, Ct));

        (
            await world.World.ScalarAsync<string>(
                "SELECT string_agg(text || ' ' || lane, ', ') FROM messages WHERE tenant_id = $1 AND text IS NOT NULL"
            )
        ).ShouldBe("Oi Ana 0");
        (await world.World.CountAsync("campaign_sends")).ShouldBe(0, "no campaign limit is used");
    }

    private static AudienceSource.OfTag Of(TagId tag) => new(tag);

    private static Task<AudienceSize?> CountAsync(CampaignWorld world, Audience audience) =>
        world.DoAsync<AudienceQueries, AudienceSize?>(q => q.CountAsync(audience, Ct));

    private static async Task<CampaignDraftView> FindAsync(CampaignWorld world, CampaignId id) =>
        (await world.DoAsync<CampaignDraftQueries, CampaignDraftView?>(q => q.FindAsync(id, Ct)))!;

    private static async Task<string> LeftOutAsync(CampaignWorld world, CampaignId id, Exclusion reason) =>
        string.Join(
            ", ",
            (await world.DoAsync<FlightPlans, IReadOnlyList<ContactRow>>(p => p.LeftOutAsync(id, reason, Ct))).Select(r => r.Name)
        );
}
