using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Live;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Campaigns.Running;
using CampaignId = WhatsAI.Core.Instances.Pools.CampaignId;

namespace WhatsAI.Tests.Campaigns.Live;

/// <summary>Recipients, those who were left out, and the proof sheet, on PostgreSQL.</summary>
public sealed class RecipientListTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_hold_everybody_once_whatever_is_chosen()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        await ManyAsync(world, campaign, 150);

        foreach (var part in Enum.GetValues<RecipientPart>())
        {
            var rows = await AllAsync(world, campaign, new RecipientFilter(part));

            rows.Select(r => r.Contact).Distinct().Count().ShouldBe(rows.Count, part.ToString());
            rows.Count.ShouldBe(await CountAsync(world, part), part.ToString());
        }

        var sent = await AllAsync(world, campaign, new RecipientFilter(RecipientPart.Sent));
        sent.Select(r => r.Times.Sent).ShouldBe(sent.Select(r => r.Times.Sent).OrderDescending());
        (await AllAsync(world, campaign, new RecipientFilter(RecipientPart.Failed, Reason: "failed.rejected"))).Count.ShouldBe(
            await CountAsync(world, "state = 'Failed' AND reason = 'failed.rejected'")
        );
        (await AllAsync(world, campaign, new RecipientFilter(Variant: "B"))).ShouldAllBe(r => r.Variant == "B");
    }

    [Fact]
    public async Task Person_is_found_by_name_and_by_phone_within_the_campaign_only()
    {
        await using var world = await CampaignWorld.CreateAsync();
        await world.PersonAsync("Larissa Prado", phone: "+5511988887777");
        await world.PersonAsync("Larissa Souza", tagged: false);
        await world.PersonAsync("Larissa Lima", consent: ConsentState.OptedOut);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);

        foreach (var words in new[] { "larissa", "prado lari", "98888-7777", "5511988887777" })
        {
            var found = await PageAsync(world, campaign, new RecipientFilter(Text: words));
            found.Rows.Select(r => r.Name).ShouldBe(["Larissa Prado"], words);
        }

        (await PageAsync(world, campaign, new RecipientFilter(RecipientPart.Failed, Text: "larissa"))).Rows.ShouldBeEmpty();
        var out1 = await world.DoAsync<ExclusionQueries, KeyPage<ExclusionRow, ExclusionKey>>(q =>
            q.PageAsync(campaign, null, "larissa", ct: Ct)
        );
        out1.Rows.Select(r => (r.Name, r.Reason)).ShouldBe([("Larissa Lima", Exclusion.OptedOut)]);
    }

    [Fact]
    public async Task Search_that_saw_thousands_of_others_first_goes_on_instead_of_finding_nobody()
    {
        await using var world = await CampaignWorld.CreateAsync();
        await world.PersonAsync("Maria Zulmira");
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        await world.World.RunAsync(
            """
            INSERT INTO contacts (id, tenant_id, name, created_at)
            SELECT gen_random_uuid(), $1, 'Maria ' || lpad(n::text, 5, '0'), now() FROM generate_series(1, 6000) n
            """
        );
        var filter = new RecipientFilter(Text: "maria");

        var first = await PageAsync(world, campaign, filter);
        first.Rows.ShouldBeEmpty();
        var second = await PageAsync(world, campaign, filter, first.Next.ShouldNotBeNull());

        second.Rows.Select(r => r.Name).ShouldBe(["Maria Zulmira"]);
        second.Next.ShouldBeNull();
        var out1 = await world.DoAsync<ExclusionQueries, KeyPage<ExclusionRow, ExclusionKey>>(q =>
            q.PageAsync(campaign, null, "maria", ct: Ct)
        );
        (out1.Rows.Count, out1.Next is null).ShouldBe((0, false));
    }

    [Fact]
    public async Task What_went_through_a_number_out_of_sight_is_listed_without_it_and_without_a_way_to_it()
    {
        await using var world = await CampaignWorld.CreateAsync(numbers: 2, people: 2);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        await world.SendAsync(0);
        await world.SendAsync(1);
        await world.TurnAsync(campaign);
        var (mine, other) = (world.Lane.Number(0), world.Lane.Number(1));

        var rows = (await SeeingAsync(new RecipientFilter())).Rows;

        rows.Count.ShouldBe(2);
        var seen = rows.Single(r => r.Number == mine);
        (seen.IsElsewhere, seen.Conversation is null, seen.Message is null).ShouldBe((false, false, false));
        var hidden = rows.Single(r => r.Number is null);
        (hidden.IsElsewhere, hidden.Conversation, hidden.Message).ShouldBe((true, null, null));
        (await SeeingAsync(new RecipientFilter(Number: other))).Rows.ShouldBeEmpty();
        (await SeeingAsync(new RecipientFilter(OtherNumbers: true))).Rows.ShouldHaveSingleItem().Contact.ShouldBe(hidden.Contact);
        (await SeeingAsync(new RecipientFilter(Number: mine))).Rows.ShouldHaveSingleItem().Contact.ShouldBe(seen.Contact);
        var lines = await world.SeeingAsync<ProofQueries, IReadOnlyList<ProofLine>>(q => q.RecipientsAsync(campaign, null, Ct), mine);
        lines.Select(l => (l.Number is null, l.IsElsewhere)).Order().ShouldBe([(false, false), (true, true)]);

        Task<KeyPage<RecipientRow, RecipientKey>> SeeingAsync(RecipientFilter filter) =>
            world.SeeingAsync<RecipientQueries, KeyPage<RecipientRow, RecipientKey>>(q => q.PageAsync(campaign, filter, null, Ct), mine);
    }

    [Fact]
    public async Task Those_left_out_are_listed_reason_by_reason_page_by_page()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        await ManyAsync(world, campaign, 130);
        await world.World.RunAsync(
            """
            INSERT INTO campaign_exclusions (tenant_id, campaign_id, contact_id, reason)
            SELECT tenant_id, campaign_id, contact_id, CASE WHEN place % 3 = 0 THEN 'OverCap' ELSE 'Invalid' END FROM campaign_recipients WHERE tenant_id = $1
            """
        );

        var all = new List<ExclusionRow>();
        ExclusionKey? after = null;
        do
        {
            var page = await world.DoAsync<ExclusionQueries, KeyPage<ExclusionRow, ExclusionKey>>(q =>
                q.PageAsync(campaign, null, null, after, Ct)
            );
            all.AddRange(page.Rows);
            after = page.Next;
        } while (after is not null);
        var some = await world.DoAsync<ExclusionQueries, KeyPage<ExclusionRow, ExclusionKey>>(q =>
            q.PageAsync(campaign, Exclusion.OverCap, ct: Ct)
        );

        all.Select(r => r.Contact).Distinct().Count().ShouldBe(131);
        all.Select(r => r.Reason.ToString()).ShouldBe(all.Select(r => r.Reason.ToString()).Order(StringComparer.Ordinal));
        some.Rows.ShouldAllBe(r => r.Reason == Exclusion.OverCap);
    }

    [Fact]
    public async Task Proof_sheet_adds_up_to_the_funnel_and_to_those_left_out()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 2);
        await world.PersonAsync(consent: ConsentState.OptedOut);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        await world.SendAsync();
        await world.SendAsync(ends: AttemptEnds.Refused);
        await world.TurnAsync(campaign);

        var lines = await world.DoAsync<ProofQueries, IReadOnlyList<ProofLine>>(q => q.RecipientsAsync(campaign, null, Ct));
        var leftOut = await world.DoAsync<ProofQueries, IReadOnlyList<ProofLine>>(q => q.LeftOutAsync(campaign, null, Ct));
        var live = (await world.DoAsync<CampaignLiveQueries, CampaignLive?>(q => q.FindAsync(campaign, Ct)))!;

        Funnel.Of(lines.GroupBy(l => l.State!.Value).ToDictionary(g => g.Key, g => g.Count())).ShouldBe(live.Funnel);
        leftOut.GroupBy(l => l.LeftOut!.Value).ToDictionary(g => g.Key, g => g.Count()).ShouldBe(live.LeftOut);
        var after = await world.DoAsync<ProofQueries, IReadOnlyList<ProofLine>>(q => q.RecipientsAsync(campaign, lines[0].Contact, Ct));
        after.Select(l => l.Contact).ShouldBe(lines.Skip(1).Select(l => l.Contact), "a page goes on behind the one before");
    }

    [Fact]
    public async Task Proof_sheet_is_asked_for_by_who_may_read_campaigns()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);

        (await world.RefusedAsync<ProofQueries>(q => q.RecipientsAsync(campaign, null, Ct), Role.Agent)).ShouldBe("permission.missing");
        (await world.RefusedAsync<RecipientQueries>(q => q.PageAsync(campaign, new RecipientFilter(), null, Ct), Role.Agent)).ShouldBe(
            "permission.missing"
        );
        (
            await world.DoAsync<ProofQueries, IReadOnlyList<ProofLine>>(q => q.RecipientsAsync(campaign, null, Ct), Role.Manager)
        ).ShouldHaveSingleItem();
    }

    /// <summary>Further recipients in every state, some at the same moment.</summary>
    internal static async Task ManyAsync(CampaignWorld world, CampaignId campaign, int people)
    {
        await world.World.RunAsync(
            """
            WITH made AS (
                INSERT INTO contacts (id, tenant_id, name, phone, created_at)
                SELECT gen_random_uuid(), $1, 'Pessoa ' || n, '+55119' || lpad(n::text, 8, '0'), now() FROM generate_series(1, $3) n
                RETURNING id
            ), numbered AS (SELECT id, row_number() OVER () AS n FROM made),
            stated AS (
                SELECT id, n, (ARRAY['Planned', 'Queued', 'Sending', 'Unconfirmed', 'Sent', 'Failed', 'Delivered', 'Read', 'Replied', 'Skipped'])[1 + n % 10] AS state
                FROM numbered
            )
            INSERT INTO campaign_recipients (tenant_id, campaign_id, contact_id, place, phone, source, variant, values, state, reason, not_before, sent_at)
            SELECT $1, $2, id, n, '+5511900000000', 0, CASE WHEN n % 2 = 0 THEN 'A' ELSE 'B' END, '{}', state,
                CASE state WHEN 'Failed' THEN CASE WHEN n % 20 < 10 THEN 'failed.rejected' ELSE 'failed.unreachable' END WHEN 'Skipped' THEN 'skipped.blocked' END,
                now(), CASE WHEN state IN ('Sent', 'Delivered', 'Read', 'Replied') THEN now() - interval '1 minute' * (n % 7) END
            FROM stated
            """,
            campaign.Value,
            people
        );
        await world.World.RunAsync(
            """
            INSERT INTO campaign_counts (tenant_id, campaign_id, kind, variant, instance_id, source, reason, people)
            SELECT tenant_id, campaign_id, state, coalesce(variant, ''), coalesce(instance_id, '00000000-0000-0000-0000-000000000000'), source, coalesce(reason, ''), count(*)::int
            FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $2 GROUP BY 1, 2, 3, 4, 5, 6, 7
            ON CONFLICT (tenant_id, campaign_id, kind, variant, instance_id, source, reason) DO UPDATE SET people = excluded.people
            """,
            campaign.Value
        );
    }

    private static async Task<List<RecipientRow>> AllAsync(CampaignWorld world, CampaignId campaign, RecipientFilter filter)
    {
        var rows = new List<RecipientRow>();
        RecipientKey? after = null;
        do
        {
            var page = await PageAsync(world, campaign, filter, after);
            rows.AddRange(page.Rows);
            after = page.Next;
        } while (after is not null);
        return rows;
    }

    private static Task<KeyPage<RecipientRow, RecipientKey>> PageAsync(
        CampaignWorld world,
        CampaignId campaign,
        RecipientFilter filter,
        RecipientKey? after = null
    ) => world.DoAsync<RecipientQueries, KeyPage<RecipientRow, RecipientKey>>(q => q.PageAsync(campaign, filter, after, Ct));

    private static Task<int> CountAsync(CampaignWorld world, string which) =>
        world.World.ScalarAsync<int>($"SELECT count(*)::int FROM campaign_recipients WHERE tenant_id = $1 AND {which}");

    private static async Task<int> CountAsync(CampaignWorld world, RecipientPart part)
    {
        var counts = new Dictionary<RecipientState, int>();
        foreach (var state in Enum.GetValues<RecipientState>())
        {
            counts[state] = await CountAsync(world, $"state = '{state}'");
        }

        var funnel = Funnel.Of(counts);
        return part switch
        {
            RecipientPart.Waiting => funnel.Waiting,
            RecipientPart.Sent => funnel.Sent,
            RecipientPart.Delivered => funnel.Delivered,
            RecipientPart.Read => funnel.Read,
            RecipientPart.Replied => funnel.Replied,
            RecipientPart.Failed => funnel.Failed,
            RecipientPart.Skipped => funnel.Skipped,
            RecipientPart.Unconfirmed => funnel.Unconfirmed,
            _ => funnel.Recipients,
        };
    }
}
