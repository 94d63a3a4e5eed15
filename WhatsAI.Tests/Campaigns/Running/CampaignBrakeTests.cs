using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Campaigns.Running;

/// <summary>What slows a campaign down or stops it from outside: customers who wait, numbers that are not there, numbers that fall.</summary>
public sealed class CampaignBrakeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Campaign_goes_at_a_tenth_of_its_pace_while_customers_wait_and_no_agent_is_there()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 20);
        await world.World.DeliverAsync(Hook.Text("alguém aí?", Hook.NewId()));
        // A member who is not there takes no conversations, however many he could.
        await world.World.RunAsync(
            """
            WITH u AS (
                INSERT INTO users (id, display_name, language, email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, created_at)
                VALUES (gen_random_uuid(), 'Ana', 'pt-BR', true, false, false, true, 0, now()) RETURNING id
            )
            INSERT INTO memberships (tenant_id, user_id, role, created_at, sees_all_numbers) SELECT $1, id, 'Agent', now(), true FROM u
            """
        );
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        (await world.StandAsync(campaign)).ShouldBe("Planned 20", "no time has passed");

        // An hour at a tenth of one message in 58 to 68 seconds.
        await world.World.RunAsync("UPDATE campaign_runs SET brake_since = now() - interval '1 hour' WHERE tenant_id = $1");
        var sent = 0;
        for (var turn = 0; turn < 10; turn++)
        {
            await world.OneTurnAsync(campaign);
            while (await world.SendAsync() is not null)
            {
                sent++;
            }
        }

        sent.ShouldBeInRange(4, 6);
        await world.World.RunAsync("UPDATE conversation_heads SET waiting_since = NULL WHERE tenant_id = $1");
        await world.World.RunAsync("UPDATE campaign_runs SET brake_looked_at = now() - interval '11 seconds' WHERE tenant_id = $1");
        await world.OneTurnAsync(campaign);
        (await world.SendAsync()).ShouldNotBeNull("nobody waits any more");
    }

    [Fact]
    public async Task Who_asked_for_no_more_messages_waits_for_no_agent()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 2);
        await world.World.DeliverAsync(Hook.Text("sair", Hook.NewId()));
        var campaign = await world.LaunchedAsync();

        await world.TurnAsync(campaign);

        (await world.World.ScalarAsync<long>("SELECT count(*) FROM conversation_heads WHERE tenant_id = $1 AND unread > 0")).ShouldBe(1);
        (await world.SendAsync()).ShouldNotBeNull("no answer is owed");
    }

    [Fact]
    public async Task Nothing_is_handed_over_while_no_number_of_the_pool_could_send()
    {
        await using var world = await CampaignWorld.CreateAsync(people: 2);
        await world.World.RunAsync("UPDATE instance_statuses SET state = 'Disconnected' WHERE tenant_id = $1");
        var campaign = await world.LaunchedAsync();

        await world.TurnAsync(campaign);

        (await world.StandAsync(campaign)).ShouldBe("Planned 2", "their consent is asked when they can be written to");
    }

    [Fact]
    public async Task Second_number_that_is_banned_stops_it_and_a_persons_word_is_for_those_that_fell()
    {
        await using var world = await CampaignWorld.CreateAsync(numbers: 2, people: 6);
        var campaign = await world.LaunchedAsync();
        await world.TurnAsync(campaign);
        (await world.SendAsync(0)).ShouldNotBeNull();
        (await world.SendAsync(1)).ShouldNotBeNull();
        await FellAsync(world, 0);
        await FellAsync(world, 0, drill: true);
        await world.TurnAsync(campaign);
        (await world.StateAsync(campaign)).ShouldBe("Running ByPerson", "one is the failover's business");

        await FellAsync(world, 1);
        await world.OneTurnAsync(campaign);

        (await world.StateAsync(campaign)).ShouldBe("Paused BadSignals");
        var detail = PauseDetail
            .Read(await world.World.ScalarAsync<string>("SELECT detail FROM campaigns WHERE tenant_id = $1"))
            .ShouldNotBeNull();
        detail.Why[0].ShouldBe("held.number-fell");
        detail.Culprit!.Key.ShouldBe(world.Lane.Number(1).ToString());
        await world.DoAsync<CampaignSteering>(a => a.ResumeAsync(campaign, Ct));
        await world.OneTurnAsync(campaign);
        (await world.StateAsync(campaign)).ShouldBe("Running ByPerson");
    }

    private static async Task FellAsync(CampaignWorld world, int number, bool drill = false)
    {
        var now = DateTimeOffset.UtcNow;
        await using var db = await TestDatabase.DbAsync(world.Tenant);
        db.Add(
            new FailoverRow
            {
                Id = Id.New<FailoverId>(now),
                TenantId = world.Tenant,
                PoolId = world.Lane.Pool,
                InstanceId = world.Lane.Number(number),
                Key = "failover.nobody",
                Cause = "closed.403",
                Verdict = Verdict.Banned,
                IsDrill = drill,
                SignalAt = now,
                DetectedAt = now,
                FinishedAt = now,
            }
        );
        await db.SaveChangesAsync(Ct);
    }
}
