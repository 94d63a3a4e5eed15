using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Templates;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Campaigns.Running;

/// <summary>A launched campaign on PostgreSQL, turn by turn, through the production lane and ledger.</summary>
public sealed class CampaignRunTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Audience_is_frozen_into_recipients_and_exclusions_that_add_up()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 3);
        await world.PersonAsync(consent: ConsentState.OptedOut);
        await world.PersonAsync(consent: ConsentState.Unknown);
        await world.PersonAsync(tagged: false);

        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        await world.PersonAsync();
        await world.TurnAsync(campaign);

        (await world.World.CountAsync("campaign_recipients")).ShouldBe(3, "who came later is not of it");
        (await ExcludedAsync(world, campaign)).ShouldBe("OptedOut 1, UnknownConsent 1");
        (
            await world.World.ScalarAsync<string>(
                "SELECT concat_ws(' ', recipients, excluded, prepared_at IS NOT NULL) FROM campaign_runs WHERE tenant_id = $1"
            )
        ).ShouldBe("3 2 t");
    }

    [Fact]
    public async Task People_of_unknown_consent_are_written_to_on_a_ground_that_is_named()
    {
        await using var world = await CampaignWorld.CreateAsync();
        await world.PersonAsync(consent: ConsentState.Unknown);

        var campaign = await world.LaunchedAsync(basis: LegalBasis.LegitimateInterest);
        await world.TurnAsync(campaign);

        (await world.StandAsync(campaign)).ShouldBe("Queued 1");
    }

    [Fact]
    public async Task Freezing_that_is_cut_off_goes_on_behind_the_last_row_and_counts_no_number_twice()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 2);
        await world.PersonAsync(consent: ConsentState.Unknown);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        // As a copy leaves it that dies between two pages: twins of the first and of who was left out come on the next.
        await world.World.RunAsync("UPDATE campaign_runs SET prepared_at = NULL WHERE tenant_id = $1");
        foreach (var n in new[] { 1, 3 })
        {
            var twin = await world.PersonAsync(phone: $"+551196600009{n}");
            await world.World.RunAsync("UPDATE contacts SET phone = $3 WHERE tenant_id = $1 AND id = $2", twin.Value, $"+551196600000{n}");
        }

        await world.TurnAsync(campaign);

        (await world.World.CountAsync("campaign_recipients")).ShouldBe(2);
        (await ExcludedAsync(world, campaign)).ShouldBe("Duplicate 2, UnknownConsent 1");
    }

    [Fact]
    public async Task Recipient_goes_from_planned_to_replied_and_the_figures_follow()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 2);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        (await world.StandAsync(campaign)).ShouldBe("Queued 2");

        (await world.SendAsync()).ShouldNotBeNull().ShouldStartWith("Oi Pessoa");
        await world.TurnAsync(campaign);
        (await world.StandAsync(campaign)).ShouldBe("Queued 1, Sent 1");
        await world.World.RunAsync("UPDATE messages SET delivery = 'Read' WHERE tenant_id = $1 AND delivery = 'Sent'");
        await world.TurnAsync(campaign);

        (await world.StandAsync(campaign)).ShouldBe("Queued 1, Read 1");
        (await world.CountedAsync(campaign)).ShouldBe("Queued 1, Read 1");
        (
            await world.World.ScalarAsync<string>(
                "SELECT concat_ws(' ', sum(sent), sum(delivered), sum(read), sum(replied)) FROM campaign_hours WHERE tenant_id = $1"
            )
        ).ShouldBe("1 1 1 0", "who has read it has it");
    }

    [Fact]
    public async Task Campaign_is_complete_when_everybody_has_an_outcome()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 2);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);

        await world.SendAsync();
        (await world.SendAsync(ends: AttemptEnds.Refused)).ShouldNotBeNull();
        await world.TurnAsync(campaign);

        (await world.StandAsync(campaign)).ShouldBe("Failed 1, Sent 1");
        (await world.StateAsync(campaign)).ShouldBe("Completed Finished");
    }

    [Fact]
    public async Task Nothing_leaves_a_paused_campaign_until_somebody_lets_it_go_on()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 2);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);

        await world.DoAsync<CampaignSteering>(a => a.PauseAsync(campaign, Ct), Role.Manager);
        (await world.SendAsync()).ShouldBeNull();
        await world.TurnAsync(campaign);
        (await world.StateAsync(campaign)).ShouldBe("Paused ByPerson");

        (await world.RefusedAsync<CampaignSteering>(a => a.ResumeAsync(campaign, Ct), Role.Manager)).ShouldBe("permission.missing");
        await world.DoAsync<CampaignSteering>(a => a.ResumeAsync(campaign, Ct));
        (await world.SendAsync()).ShouldNotBeNull();
        (await world.World.ListAsync("SELECT \"from\" || ' ' || \"to\" FROM campaign_changes WHERE tenant_id = $1 ORDER BY id")).ShouldBe([
            "Draft Running",
            "Running Paused",
            "Paused Running",
        ]);
    }

    [Fact]
    public async Task Cancelled_campaign_takes_back_what_waits_and_says_so_of_each()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 3);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        await world.SendAsync();

        (await world.RefusedAsync<CampaignSteering>(a => a.CancelAsync(campaign, Ct), Role.Manager)).ShouldBe("permission.missing");
        await world.DoAsync<CampaignSteering>(a => a.CancelAsync(campaign, Ct));
        await world.TurnAsync(campaign);

        (await world.StandAsync(campaign)).ShouldBe("Sent 1, Skipped 2");
        (await world.Lane.WaitingAsync()).ShouldBe(0);
        (await world.World.CountAsync("pool_messages")).ShouldBe(0);
        (await world.RefusedAsync<CampaignSteering>(a => a.ResumeAsync(campaign, Ct))).ShouldBe("campaign.state-forbidden");
    }

    [Fact]
    public async Task Opt_out_while_it_waits_is_skipped_and_counted_against_the_campaign_that_wrote_before()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 2);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        await world.World.RunAsync("UPDATE contacts SET consent = 'OptedOut' WHERE tenant_id = $1 AND phone = '+5511966000001'");

        await world.SendAsync();
        await world.SendAsync();
        await world.TurnAsync(campaign);

        (await world.StandAsync(campaign)).ShouldBe("Sent 1, Skipped 1");
        (
            await world.World.ScalarAsync<string>("SELECT reason FROM campaign_recipients WHERE tenant_id = $1 AND state = 'Skipped'")
        ).ShouldBe("skipped.opted-out");
    }

    [Fact]
    public async Task Bad_figures_pause_it_and_name_the_variant_and_a_persons_word_is_not_asked_twice()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 30);
        var drafts = new[] { new VariantDraft("A", "Oi"), new VariantDraft("B", "Promoção só hoje") };
        var campaign = await world.LaunchedAsync(await world.DraftAsync(drafts));
        await world.World.RunAsync("UPDATE campaign_recipients SET state = 'Sent' WHERE tenant_id = $1");
        await world.TurnAsync(campaign);
        await world.World.RunAsync(
            """
            WITH r AS (UPDATE campaign_recipients SET state = CASE WHEN variant = 'B' THEN 'Failed' ELSE 'Sent' END WHERE tenant_id = $1 RETURNING *),
                gone AS (DELETE FROM campaign_counts WHERE tenant_id = $1)
            SELECT 1
            """
        );
        await world.World.RunAsync(
            """
            INSERT INTO campaign_counts (tenant_id, campaign_id, kind, variant, instance_id, source, reason, people)
            SELECT tenant_id, campaign_id, state, variant, '00000000-0000-0000-0000-000000000000', 0, '', count(*) FROM campaign_recipients
            WHERE tenant_id = $1 GROUP BY 1, 2, 3, 4
            """
        );
        await world.World.RunAsync(
            "INSERT INTO campaign_counts VALUES ($1, $2, 'Planned', '', '00000000-0000-0000-0000-000000000000', 0, '', 1)",
            campaign.Value
        );

        await world.OneTurnAsync(campaign);

        (await world.StateAsync(campaign)).ShouldBe("Paused BadSignals");
        var detail = PauseDetail
            .Read(await world.World.ScalarAsync<string>("SELECT detail FROM campaigns WHERE tenant_id = $1"))
            .ShouldNotBeNull();
        detail.Why.ShouldBe(["held.failures"]);
        detail.Culprit!.Key.ShouldBe("B");
        await world.DoAsync<CampaignSteering>(a => a.ResumeAsync(campaign, Ct));
        await world.OneTurnAsync(campaign);
        (await world.StateAsync(campaign)).ShouldBe("Running ByPerson");
    }

    [Fact]
    public async Task Hold_where_the_pools_are_looked_at_pauses_the_campaign_and_release_lets_it_go_on()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);

        await world.DoAsync<CampaignActions>(a => a.HoldAsync(campaign, Ct));
        await world.TurnAsync(campaign);
        (await world.StateAsync(campaign)).ShouldBe("Paused ByPerson");

        await world.DoAsync<CampaignActions>(a => a.ReleaseAsync(campaign, Ct));
        await world.TurnAsync(campaign);
        (await world.StateAsync(campaign)).ShouldBe("Running ByPerson");
    }

    [Fact]
    public async Task Campaign_that_a_failover_holds_is_paused_for_the_number()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);

        await world.Lane.Lane().HoldAsync(world.Tenant, campaign, ["held.by-setting"], cancellation: Ct);
        await world.TurnAsync(campaign);

        (await world.StateAsync(campaign)).ShouldBe("Paused NumberFailed");
    }

    [Fact]
    public async Task Scheduled_campaign_begins_at_its_time_and_asks_when_that_was_missed()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var schedule = new CampaignSchedule(DateTime.UtcNow.AddHours(2), "UTC");
        var (due, missed) = (
            await world.LaunchedAsync(await world.DraftAsync(schedule: schedule)),
            await world.LaunchedAsync(await world.DraftAsync(schedule: schedule))
        );
        await world.TurnAsync(due);
        await world.TurnAsync(missed);
        (await world.StateAsync(due)).ShouldBe("Scheduled ByPerson");
        (await world.World.CountAsync("campaign_recipients")).ShouldBe(2, "frozen at launch");

        await PutBackAsync(world, due, minutes: 1);
        await PutBackAsync(world, missed, minutes: 60);
        await world.TurnAsync(due);
        await world.TurnAsync(missed);

        (await world.StateAsync(due)).ShouldBe("Running Due");
        (await world.StateAsync(missed)).ShouldBe("Paused Late");
    }

    [Fact]
    public async Task Scheduled_campaign_that_is_taken_back_is_a_draft_without_recipients_and_launched_again()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 2);
        var draft = await world.DraftAsync(schedule: new CampaignSchedule(DateTime.UtcNow.AddHours(2), "UTC"));
        var campaign = await world.LaunchedAsync(draft);
        await world.TurnAsync(campaign);

        await world.DoAsync<CampaignSteering>(a => a.TakeBackAsync(campaign, Ct));
        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(campaign, Ct))).ShouldBe("launch-bad.still-clearing");
        await world.TurnAsync(campaign);

        (await world.World.CountAsync("campaign_recipients")).ShouldBe(0);
        await world.DoAsync<CampaignLaunching>(a => a.LaunchAsync(campaign, Ct));
        await world.TurnAsync(campaign);
        (await world.World.CountAsync("campaign_recipients")).ShouldBe(2);
    }

    [Fact]
    public async Task Person_who_got_one_today_gets_the_next_campaign_another_day()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var (first, second) = (await world.LaunchedAsync(), await world.LaunchedAsync());
        await world.TurnAsync(first);
        await world.TurnAsync(second);

        (await world.StandAsync(first)).ShouldBe("Queued 1");
        (await world.StandAsync(second)).ShouldBe("", "left out at launch or put off");
        (await ExcludedAsync(world, second)).ShouldBe("OverCap 1");
    }

    [Fact]
    public async Task Outside_the_campaigns_own_hours_nothing_waits_in_the_pools_queue()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 9);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        (await world.Lane.WaitingAsync()).ShouldBe(2);

        var other = TimeZoneInfo
            .ConvertTime(DateTimeOffset.UtcNow, TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo"))
            .AddDays(3)
            .DayOfWeek;
        await world.World.RunAsync(
            "UPDATE campaigns SET hours = jsonb_build_array(jsonb_build_object('day', $2::text, 'from', 540, 'to', 600)) WHERE tenant_id = $1",
            other.ToString()
        );
        await world.TurnAsync(campaign);
        await world.TurnAsync(campaign);

        (await world.Lane.WaitingAsync()).ShouldBe(0);
        (await world.StandAsync(campaign)).ShouldBe("Planned 9");

        await world.World.RunAsync("UPDATE campaigns SET hours = '[]' WHERE tenant_id = $1");
        await world.TurnAsync(campaign);
        (await world.StandAsync(campaign)).ShouldBe("Planned 7, Queued 2", "what was taken back did not leave by the pool");
    }

    [Fact]
    public async Task Answer_within_the_days_counts_once_and_is_said_in_the_thread()
    {
        await using var world = await CampaignWorld.CreateAsync();
        await world.PersonAsync(phone: "+5511977770001");
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        await world.SendAsync();
        var batches = world.World.NewBatches(new CampaignReplyStep());

        foreach (var text in new[] { "quero", "quanto custa?" })
        {
            await world.World.JournalAsync(
                System.Text.Encoding.UTF8.GetBytes(
                    Hook.Text(text, Hook.NewId(), at: DateTimeOffset.UtcNow.ToUnixTimeSeconds()).ToJsonString()
                )
            );
            await world.World.ProcessAsync(batches);
            await world.TurnAsync(campaign);
        }

        (await world.StandAsync(campaign)).ShouldBe("Replied 1");
        (await world.World.ListAsync("SELECT body ->> 'key' FROM messages WHERE tenant_id = $1 AND kind = 'Line'")).ShouldBe([
            "line.campaign-answered",
        ]);
        (await world.World.ScalarAsync<string>("SELECT sum(replied)::text FROM campaign_hours WHERE tenant_id = $1")).ShouldBe("1");
    }

    [Fact]
    public async Task Launch_asks_for_the_permission_a_plan_and_a_second_person_above_the_companys_number()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 2);
        var draft = await world.DraftAsync();
        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct))).ShouldBe("launch-bad.no-plan");
        await world.PlanAsync(draft);
        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct), Role.Manager)).ShouldBe("permission.missing");
        await world.World.RunAsync(
            "INSERT INTO campaign_settings (tenant_id, cap, approval, skips_conversations) VALUES ($1, '{\"perDay\":1,\"perWeek\":3}', '{\"above\":1}', true)"
        );

        (await world.RefusedAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct))).ShouldBe("approval.none");
        (await world.RefusedAsync<CampaignLaunching>(a => a.ApproveAsync(draft, Ct))).ShouldBe("approval.own");
        (await world.RefusedAsync<CampaignLaunching>(a => a.ApproveAsync(draft, Ct), Role.Manager)).ShouldBe("permission.missing");
        await world.DoAsync<CampaignLaunching>(a => a.ApproveAsync(draft, Ct), user: new UserId(Guid.NewGuid()));
        await world.DoAsync<CampaignLaunching>(a => a.LaunchAsync(draft, Ct));

        (await world.StateAsync(draft)).ShouldBe("Running ByPerson");
    }

    private static Task<string?> ExcludedAsync(CampaignWorld world, Core.Instances.Pools.CampaignId campaign) =>
        world.World.ScalarAsync<string>(
            """
            SELECT coalesce(string_agg(reason || ' ' || people, ', ' ORDER BY reason), '')
            FROM (SELECT reason, count(*) AS people FROM campaign_exclusions WHERE tenant_id = $1 AND campaign_id = $2 GROUP BY reason) e
            """,
            campaign.Value
        );

    private static Task PutBackAsync(CampaignWorld world, Core.Instances.Pools.CampaignId campaign, int minutes) =>
        world.World.RunAsync(
            "UPDATE campaigns SET schedule = jsonb_set(schedule, '{local}', to_jsonb($3::text)) WHERE tenant_id = $1 AND id = $2",
            campaign.Value,
            DateTime.UtcNow.AddMinutes(-minutes).ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture)
        );
}
