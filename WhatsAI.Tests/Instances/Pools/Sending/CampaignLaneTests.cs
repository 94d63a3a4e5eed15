using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Messaging;
using static WhatsAI.Tests.Instances.Pools.Sending.LaneWorld;

namespace WhatsAI.Tests.Instances.Pools.Sending;

/// <summary>A campaign's way from the pool through a number.</summary>
public sealed class CampaignLaneTests
{
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(2);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Message_waits_at_the_pool_and_leaves_it_counted_with_its_attempt()
    {
        var world = await CreateAsync();
        await world.FeedAsync();
        var before = await world.LedgerAsync();
        var claim = await world.ClaimAsync(0);

        var attempt = await world.World.Queue.BeginAsync(claim, Ct);

        before.ShouldBe("");
        (attempt!.Lane, attempt.Attempts, attempt.To.Value).ShouldBe((Lane.Campaign, 1, "5511977000001@s.whatsapp.net"));
        (await world.LedgerAsync()).ShouldBe("oferta 1: Sending");
        (await world.PaceAsync()).ShouldBe("1 1 1");
        (await world.WaitingAsync()).ShouldBe(0);
        (await world.World.CountAsync("pool_messages")).ShouldBe(0);
        (await world.SignalsAsync()).ShouldBe("1 0 0 0 0");
        (await world.World.OneAsync<int>("SELECT sent FROM instance_hours WHERE tenant_id = $1")).ShouldBe(1);
    }

    [Fact]
    public async Task Person_written_to_for_the_first_time_is_nobodys_work_until_he_answers()
    {
        var world = await CreateAsync();
        await world.FeedAsync();

        await world.SendAsync();
        var head = await world.World.OneAsync<string>(
            "SELECT concat_ws(' ', status, last_preview, last_delivery, unread) FROM conversation_heads WHERE tenant_id = $1"
        );
        await world.World.DeliverAsync(Hook.Text("quanto custa?", Hook.NewId(), "5511977000001@s.whatsapp.net", null));

        head.ShouldBe("Resolved oferta 1 Sent 0");
        (await world.World.OneAsync<string>("SELECT status FROM conversation_heads WHERE tenant_id = $1")).ShouldBe("Open");
        (await world.World.CountAsync("contacts")).ShouldBe(1);
        await world.World.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Next_message_waits_for_the_interval_and_the_number_is_due_then()
    {
        var world = await CreateAsync();
        await world.FeedAsync(2);

        var first = await world.SendAsync();
        var tooSoon = await world.SendAsync();
        var due = await world.DueInAsync();
        var later = await world.SendAsync(ahead: _minute);

        (first, tooSoon, later).ShouldBe(("oferta 1", null, "oferta 2"));
        due!.Value.ShouldBeInRange(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Answers_go_first_and_are_not_paced()
    {
        var world = await CreateAsync();
        await world.World.DeliverAsync(Hook.Text("oi", Hook.NewId()));
        await world.FeedAsync(3);
        await world.SendAsync();
        await LedgerSteps.ReplyAsync(world.World, "bom dia");
        await LedgerSteps.ReplyAsync(world.World, "tudo bem?");

        var sent = new[] { await world.SendAsync(), await world.SendAsync(), await world.SendAsync() };

        sent.ShouldBe(["bom dia", "tudo bem?", null]);
        (await world.PaceAsync()).ShouldBe("1 1 1");
    }

    [Fact]
    public async Task With_nothing_waiting_the_number_is_not_due()
    {
        var world = await CreateAsync();

        var nothing = await world.SendAsync();

        nothing.ShouldBeNull();
        (await world.DueInAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Feed_makes_the_sending_numbers_of_its_pool_due_and_no_others()
    {
        var world = await CreateAsync(MemberRole.Active, MemberRole.Warming, MemberRole.Backup, MemberRole.Active, null);
        await world.World.RunAsync(
            "UPDATE pool_members SET role = 'Quarantined' WHERE tenant_id = $1 AND instance_id = $2",
            world.Number(3).Value
        );
        await world.World.RunAsync("UPDATE work_list SET due_at = NULL WHERE tenant_id = $1");

        await world.FeedAsync();

        var due = new List<bool>();
        for (var i = 0; i < 5; i++)
        {
            due.Add(await world.DueInAsync(i) is not null);
        }

        due.ShouldBe([true, true, false, false, false]);
    }

    [Fact]
    public async Task Fed_twice_it_is_one_message_also_after_it_went_out()
    {
        var world = await CreateAsync();
        var key = Guid.NewGuid();

        var counts = new[] { await world.FeedAsync(key: key), await world.FeedAsync(key: key) };
        await world.SendAsync();
        var again = await world.FeedAsync(key: key);

        (counts[0], counts[1], again, await world.WaitingAsync()).ShouldBe((1, 0, 0, 0));
    }

    [Fact]
    public async Task What_was_fed_again_while_it_went_out_is_dropped_when_its_turn_comes()
    {
        var world = await CreateAsync();
        var key = Guid.NewGuid();
        await world.FeedAsync(key: key);
        await world.SendAsync();
        // As a feed does that waited for the one in hand.
        await world.World.RunAsync("UPDATE messages SET client_key = NULL WHERE tenant_id = $1");
        await world.FeedAsync(key: key);
        await world.World.RunAsync("UPDATE messages SET client_key = $2 WHERE tenant_id = $1", key);

        var sent = await world.SendAsync(ahead: _minute);

        sent.ShouldBeNull();
        (await world.WaitingAsync()).ShouldBe(0);
        (await world.SignalsAsync()).ShouldBe("1 0 0 0 0");
    }

    [Fact]
    public async Task More_urgent_goes_first_whatever_is_older()
    {
        var world = await CreateAsync();
        await world.FeedAsync(priority: 5);
        await world.FeedAsync(priority: 1, campaign: new CampaignId(Guid.NewGuid()));

        (await world.SendAsync()).ShouldBe("oferta 2");
        (await world.SendAsync(ahead: _minute)).ShouldBe("oferta 1");
    }

    [Fact]
    public async Task Held_campaign_lets_others_pass_and_goes_on_when_a_person_releases_it()
    {
        var world = await CreateAsync();
        var other = new CampaignId(Guid.NewGuid());
        await world.FeedAsync(priority: 0);
        await world.FeedAsync(priority: 9, campaign: other);
        await world.Lane().HoldAsync(world.Tenant, world.Campaign, ["held.blocks"], cancellation: Ct);

        var passed = await world.SendAsync();
        var nothing = await world.SendAsync(ahead: _minute);
        var asleep = await world.DueInAsync();
        var released = await world.Lane().ReleaseAsync(world.Tenant, world.Campaign, new UserId(Guid.NewGuid()), "Ana", Ct);
        var awake = await world.DueInAsync();
        var goesOn = await world.SendAsync(ahead: _minute);

        (passed, nothing, asleep, released, goesOn).ShouldBe(("oferta 2", null, null, true, "oferta 1"));
        awake.ShouldNotBeNull();
        (await world.Lane().ReleaseAsync(world.Tenant, world.Campaign, new UserId(Guid.NewGuid()), "Ana", Ct)).ShouldBeFalse();
    }

    [Fact]
    public async Task Who_opted_out_or_was_blocked_is_passed_over_and_nothing_is_counted_for_him()
    {
        var world = await CreateAsync(MemberRole.Active, MemberRole.Active);
        await world.World.RunAsync(
            "INSERT INTO suppressions (tenant_id, kind, value, reason, since) VALUES ($1, 'Phone', $2, 'opt-out', now())",
            Phone(1).Value
        );
        // Blocked through the other number: to the person it is one company.
        await world.Pools.Numbers[1].DeliverAsync(Hook.Text("oi", Hook.NewId(), "5511977000002@s.whatsapp.net", null));
        await world.World.RunAsync("UPDATE conversations SET blocked_at = now() WHERE tenant_id = $1");
        await world.FeedAsync(3);

        var sent = await world.SendAsync();

        sent.ShouldBe("oferta 3");
        (await world.SignalsAsync()).ShouldBe("1 0 2 0 0");
        (await world.PaceAsync()).ShouldBe("1 1 1");
        (await world.WaitingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Who_asked_to_be_forgotten_is_passed_over_though_nobody_knows_him()
    {
        var world = await CreateAsync();
        await using (var transaction = await world.World.Database.BeginAsync(world.Tenant, Ct))
        {
            await world.World.Erased.AddAsync(
                transaction.Connection,
                world.Tenant,
                [(IdentityKind.Phone, Phone(1).Value)],
                DateTimeOffset.UtcNow,
                Ct
            );
            await transaction.CommitAsync(Ct);
        }

        await world.FeedAsync(2);

        (await world.SendAsync()).ShouldBe("oferta 2");
        (await world.SignalsAsync()).ShouldBe("1 0 1 0 0");
        (await world.WaitingAsync()).ShouldBe(0);
    }

    public static TheoryData<string> Unfit =>
        [
            "UPDATE pool_members SET role = 'Quarantined' WHERE tenant_id = $1",
            "UPDATE pool_members SET role = 'Backup' WHERE tenant_id = $1",
            "UPDATE instance_statuses SET state = 'Banned' WHERE tenant_id = $1",
            "UPDATE instance_statuses SET state = 'Connecting' WHERE tenant_id = $1",
            "INSERT INTO watch_states (tenant_id, instance_id, state, verdict, inbound_only) SELECT tenant_id, id, '{}', 'Restricted', true FROM instances WHERE tenant_id = $1",
            "INSERT INTO watch_states (tenant_id, instance_id, state, verdict, inbound_only) SELECT tenant_id, id, '{}', 'Dead', true FROM instances WHERE tenant_id = $1",
            "DELETE FROM pool_members WHERE tenant_id = $1",
        ];

    [Theory]
    [MemberData(nameof(Unfit))]
    public async Task Nothing_goes_through_a_number_that_may_not_send(string sql)
    {
        var world = await CreateAsync();
        await world.FeedAsync();
        await world.World.RunAsync(sql);

        var sent = await world.SendAsync();

        sent.ShouldBeNull();
        (await world.WaitingAsync()).ShouldBe(1);
        (await world.LedgerAsync()).ShouldBe("");
    }

    [Fact]
    public async Task Paused_number_sends_nothing_and_is_not_asked_again()
    {
        var world = await CreateAsync();
        await world.FeedAsync(2);
        await world.SendAsync();
        await world.World.RunAsync("UPDATE pace_states SET paused_until = 'infinity' WHERE tenant_id = $1");

        var sent = await world.SendAsync(ahead: TimeSpan.FromDays(3));

        sent.ShouldBeNull();
        (await world.DueInAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Number_that_may_write_to_no_more_strangers_writes_to_who_wrote_first()
    {
        var warming = Open with { WarmUp = new WarmUpPlan([new WarmUpStep(1, 1)], 20_000) };
        var world = await CreateAsync(warming, MemberRole.Warming);
        await world.World.DeliverAsync(Hook.Text("oi", Hook.NewId()));
        var known = (await world.World.OneAsync<object>("SELECT id FROM contacts WHERE tenant_id = $1")) is Guid id
            ? new ContactId(id)
            : default;
        await world.FeedAsync(3);
        await world.FeedAsync(to: known);

        var sent = new[] { await world.SendAsync(), await world.SendAsync(ahead: _minute), await world.SendAsync(ahead: _minute * 2) };

        sent.ShouldBe(["oferta 1", "oferta 4", null]);
        (await world.PaceAsync()).ShouldBe("2 1 2");
        (await world.DueInAsync())!.Value.ShouldBeGreaterThan(TimeSpan.FromMinutes(1), "tomorrow");
    }

    [Fact]
    public async Task Foreign_company_feeds_nobody_elses_pool()
    {
        var (world, other) = (await CreateAsync(), await CreateAsync());
        var feed = new CampaignFeed(world.Pool, other.Campaign, "x", 0, [new CampaignPiece(Guid.NewGuid(), new TextBody("x"), Phone(1))]);

        var refusal = await Should.ThrowAsync<RuleException>(() => other.Lane().FeedAsync(other.Tenant, feed, Ct));
        var held = await other.Lane().HoldAsync(other.Tenant, world.Campaign, ["held.blocks"], cancellation: Ct);

        refusal.Key.ShouldBe("pool.gone");
        held.ShouldBeFalse();
        (await world.WaitingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Contact_of_a_foreign_company_is_refused_by_the_database()
    {
        var (world, other) = (await CreateAsync(), await CreateAsync());
        await other.World.DeliverAsync(Hook.Text("oi", Hook.NewId()));
        var theirs = new ContactId((Guid)(await other.World.OneAsync<object>("SELECT id FROM contacts WHERE tenant_id = $1"))!);

        await Should.ThrowAsync<PostgresException>(() => world.FeedAsync(to: theirs));

        (await world.WaitingAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Hostile_words_are_text_and_go_out_as_they_are()
    {
        var world = await CreateAsync();
        const string words = "'; DROP TABLE pool_messages; -- {{1+1}} <script>alert(1)</script> \u202e\u200b";
        var feed = new CampaignFeed(
            world.Pool,
            world.Campaign,
            words,
            0,
            [new CampaignPiece(Guid.NewGuid(), new TextBody(words), Phone(1))]
        );
        await world.Lane().FeedAsync(world.Tenant, feed, Ct);

        (await world.SendAsync()).ShouldBe(words);
    }

    [Fact]
    public async Task Campaign_message_cannot_wait_on_a_number()
    {
        var world = await CreateAsync();
        await world.FeedAsync();
        await world.SendAsync();

        await Should.ThrowAsync<InvalidOperationException>(async () =>
            await world.World.Outbox.QueueAsync(
                world.Tenant,
                new OutgoingMessage(await world.World.ConversationAsync(), new TextBody("x"), MessageOrigin.Campaign, Lane.Campaign),
                Ct
            )
        );
        (
            await Should.ThrowAsync<PostgresException>(() =>
                world.World.RunAsync("UPDATE messages SET delivery = 'Queued' WHERE tenant_id = $1")
            )
        ).ConstraintName.ShouldBe("ck_messages_campaign_not_queued");
    }

    [Fact]
    public async Task Only_who_manages_numbers_holds_and_releases()
    {
        var world = await CreateAsync();
        await world.FeedAsync();
        var (agent, manager) = (Actions(world, Role.Agent), Actions(world, Role.Admin));

        (await Should.ThrowAsync<RuleException>(() => agent.HoldAsync(world.Campaign, Ct))).Key.ShouldBe("permission.missing");
        await manager.HoldAsync(world.Campaign, Ct);
        await manager.HoldAsync(world.Campaign, Ct);
        (await Should.ThrowAsync<RuleException>(() => agent.ReleaseAsync(world.Campaign, Ct))).Key.ShouldBe("permission.missing");
        var held = await world.SendAsync();
        await manager.ReleaseAsync(world.Campaign, Ct);

        held.ShouldBeNull();
        (await world.SendAsync()).ShouldBe("oferta 1");
        (await world.World.OneAsync<string>("SELECT released_by_name FROM campaign_signals WHERE tenant_id = $1")).ShouldBe("Ana");
    }

    private static CampaignActions Actions(LaneWorld world, Role role)
    {
        var member = new CurrentMember(new CurrentTenant());
        member.Enter(world.Tenant, new UserId(Guid.NewGuid()), MemberAccess.Everything(role), "Ana");
        return new CampaignActions(world.Lane(), member);
    }
}
