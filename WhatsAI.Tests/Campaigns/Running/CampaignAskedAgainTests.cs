using System.Text;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Campaigns.Running;

/// <summary>What was asked of a person at launch is asked once more when his turn comes; and what he writes afterwards counts for what it is.</summary>
public sealed class CampaignAskedAgainTests
{
    private const string Phone = "5511977770001";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("UPDATE contacts SET consent = 'OptedOut' WHERE tenant_id = $1", "Skipped skipped.opted-out")]
    [InlineData("UPDATE contacts SET consent = 'Unknown' WHERE tenant_id = $1", "Skipped skipped.no-consent")]
    [InlineData("UPDATE conversations SET blocked_at = now() WHERE tenant_id = $1", "Skipped skipped.blocked")]
    [InlineData(
        """
            WITH u AS (
                INSERT INTO users (id, display_name, language, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, created_at)
                VALUES (gen_random_uuid(), 'Ana', 'pt-BR', true, false, false, true, 0, now()) RETURNING id
            ), m AS (
                INSERT INTO memberships (tenant_id, user_id, role, created_at, sees_all_numbers) SELECT $1, id, 'Agent', now(), true FROM u
            )
            UPDATE conversation_heads SET assignee_id = u.id FROM u WHERE tenant_id = $1
            """,
        "Skipped skipped.with-agent"
    )]
    public async Task Who_may_be_written_to_no_more_is_left_out_when_his_turn_comes(string change, string expected)
    {
        await using var world = await AskedAsync();
        var campaign = await world.LaunchedAsync();
        (await world.OneTurnAsync(campaign)).ShouldBe(TimeSpan.Zero, "the audience is frozen");
        (await world.StandAsync(campaign)).ShouldBe("Planned 1");

        await world.World.RunAsync(change);
        await world.TurnAsync(campaign);

        (await OutcomeAsync(world, campaign)).ShouldBe(expected);
        (await world.Lane.WaitingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Who_gets_another_campaign_meanwhile_is_put_off_to_the_next_day()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 1);
        var (first, second) = (await world.LaunchedAsync(), await world.LaunchedAsync());
        await world.OneTurnAsync(first);
        await world.OneTurnAsync(second);

        await world.TurnAsync(first);
        await world.TurnAsync(second);

        (await OutcomeAsync(world, first)).ShouldBe("Queued");
        (await OutcomeAsync(world, second)).ShouldBe("Planned");
        (
            await world.World.ScalarAsync<string>(
                """
                SELECT (r.not_before = (date_trunc('day', now() AT TIME ZONE t.time_zone) + interval '1 day') AT TIME ZONE t.time_zone)::text
                FROM campaign_recipients r JOIN tenants t ON t.id = $1 WHERE r.tenant_id = $1 AND r.campaign_id = $2
                """,
                second.Value
            )
        ).ShouldBe("true");
    }

    [Fact]
    public async Task Who_is_passed_over_lets_no_more_of_the_others_into_the_queue()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 20);
        var campaign = await world.LaunchedAsync();
        await world.OneTurnAsync(campaign);
        await world.World.RunAsync(
            """
            UPDATE contacts SET consent = 'OptedOut' WHERE tenant_id = $1 AND id IN (
                SELECT contact_id FROM campaign_recipients WHERE tenant_id = $1 ORDER BY place LIMIT 12)
            """
        );

        for (var turn = 0; turn < 4; turn++)
        {
            await world.OneTurnAsync(campaign);
        }

        (await world.StandAsync(campaign)).ShouldBe("Planned 6, Queued 2, Skipped 12");
    }

    [Theory]
    [InlineData(1, "Replied 1")]
    [InlineData(4, "Sent 1")]
    public async Task Answer_counts_within_the_campaigns_days_and_no_longer(int days, string expected)
    {
        await using var world = await SentAsync();
        await world.World.RunAsync($"UPDATE campaign_sends SET at = now() - interval '{days} days' WHERE tenant_id = $1");

        await HearAsync(world, "quero");

        (await world.StandAsync(world.Only)).ShouldBe(expected);
    }

    [Fact]
    public async Task Answers_that_come_before_the_machine_looks_are_one()
    {
        await using var world = await SentAsync();
        var batches = world.World.NewBatches(new CampaignReplyStep());

        await world.World.JournalAsync(Words("quero"), Words("quanto custa?"));
        await world.World.ProcessAsync(batches);
        await world.World.JournalAsync(Words("alô?"));
        await world.World.ProcessAsync(batches);
        await world.TurnAsync(world.Only);

        (await world.StandAsync(world.Only)).ShouldBe("Replied 1");
        (await world.World.ListAsync("SELECT body ->> 'key' FROM messages WHERE tenant_id = $1 AND kind = 'Line'")).ShouldBe([
            "line.campaign-answered",
        ]);
    }

    [Fact]
    public async Task Opt_out_after_the_message_counts_against_the_campaign_and_is_no_answer()
    {
        await using var world = await SentAsync();

        await HearAsync(world, "Sair");

        (await world.StandAsync(world.Only)).ShouldBe("Sent 1");
        (
            await world.World.ScalarAsync<string>(
                """
                SELECT concat_ws(' ', (SELECT people FROM campaign_counts WHERE tenant_id = $1 AND kind = 'OptedOut'),
                    (SELECT sum(opted_out) FROM campaign_hours WHERE tenant_id = $1), (SELECT opted_out FROM campaign_signals WHERE tenant_id = $1))
                """
            )
        ).ShouldBe("1 1 1");
    }

    [Fact]
    public async Task Block_after_the_message_counts_against_the_campaign()
    {
        await using var world = await SentAsync();
        var thread = new ConversationId(await world.World.ScalarAsync<Guid>("SELECT id FROM conversations WHERE tenant_id = $1"));
        await using (var connection = await world.World.Database.OpenConnectionAsync(Ct))
        await using (var transaction = await connection.BeginTransactionAsync(Ct))
        {
            await connection.EnterAsync(world.Tenant, Ct);
            await CampaignSql.BlockedAsync(connection, world.Tenant, thread, Ct);
            await transaction.CommitAsync(Ct);
        }

        await world.TurnAsync(world.Only);

        (
            await world.World.ScalarAsync<string>("SELECT sum(people)::text FROM campaign_counts WHERE tenant_id = $1 AND kind = 'Blocked'")
        ).ShouldBe("1");
    }

    [Fact]
    public async Task Who_never_got_it_cannot_answer_it()
    {
        await using var world = await SentAsync(AttemptEnds.Refused);

        await HearAsync(world, "quero");

        (await world.StandAsync(world.Only)).ShouldBe("Failed 1");
    }

    /// <summary>One person, who wrote before and was answered.</summary>
    private static async Task<CampaignWorld> AskedAsync()
    {
        var world = await CampaignWorld.CreateAsync();
        await world.PersonAsync(phone: "+" + Phone);
        await HearAsync(world, "oi");
        await world.World.RunAsync("UPDATE conversation_heads SET waiting_since = NULL WHERE tenant_id = $1");
        return world;
    }

    private static async Task<CampaignWorld> SentAsync(AttemptEnds ends = AttemptEnds.Sent)
    {
        var world = await CampaignWorld.CreateAsync();
        await world.PersonAsync(phone: "+" + Phone);
        world.Only = await world.LaunchedAsync();
        await world.TurnAsync(world.Only);
        (await world.SendAsync(ends: ends)).ShouldNotBeNull();
        await world.TurnAsync(world.Only);
        return world;
    }

    private static async Task HearAsync(CampaignWorld world, string text)
    {
        await world.World.JournalAsync(Words(text));
        await world.World.ProcessAsync(world.World.NewBatches(new CampaignReplyStep()));
        if (world.Only != default)
        {
            await world.TurnAsync(world.Only);
        }
    }

    private static byte[] Words(string text) =>
        Encoding.UTF8.GetBytes(
            Hook.Text(text, Hook.NewId(), Phone + "@s.whatsapp.net", null, at: DateTimeOffset.UtcNow.ToUnixTimeSeconds()).ToJsonString()
        );

    private static Task<string?> OutcomeAsync(CampaignWorld world, CampaignId campaign) =>
        world.World.ScalarAsync<string>(
            "SELECT concat_ws(' ', state, reason) FROM campaign_recipients WHERE tenant_id = $1 AND campaign_id = $2",
            campaign.Value
        );
}
