using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Tests.Messaging.Conversations;
using static WhatsAI.Tests.Messaging.LedgerSteps;

namespace WhatsAI.Tests.Messaging;

public sealed class LedgerTests
{
    [Fact]
    public async Task Answer_that_waits_for_who_is_blocked_meanwhile_does_not_go_out()
    {
        var inbox = await InboxWorld.CreateAsync();
        var conversation = await inbox.CustomerWritesAsync("5511977770001", "oi");
        var message = await inbox.Replies.SendTextAsync(conversation, Guid.NewGuid(), "bom dia", ct: None);
        await inbox.Messaging.RunAsync("UPDATE conversations SET blocked_at = now() WHERE tenant_id = $1 AND id = $2", conversation.Value);

        var claim = await inbox.Messaging.ClaimOutboundAsync();
        (await inbox.Messaging.Queue.BeginAsync(claim, None)).ShouldBeNull();

        var row = (await inbox.Messages.FindAsync([message], None)).Single();
        (row.Delivery, row.Reason).ShouldBe((DeliveryState.Skipped, "skipped.blocked"));
    }

    [Fact]
    public async Task A_reply_is_begun_ended_and_ticked_through_to_read()
    {
        var world = await TalkingAsync();
        var message = await ReplyAsync(world, "bom dia");
        var claim = await world.ClaimOutboundAsync();

        var attempt = await world.Queue.BeginAsync(claim, None);
        (await StateAsync(world, message)).ShouldBe("Sending");
        await world.Queue.EndAsync(claim, attempt!, Taken("3EB0A"), None);
        await world.DeliverAsync(Hook.Receipt("3EB0A", "DELIVERY_ACK"), Hook.Receipt("3EB0A", "READ"));

        attempt!.To.Value.ShouldBe("5511977770001@s.whatsapp.net");
        (await StateAsync(world, message)).ShouldBe("Read");
        (await world.OneAsync<int>("SELECT unread FROM conversation_heads WHERE tenant_id = $1")).ShouldBe(0);
        await world.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task The_same_click_twice_is_one_message()
    {
        var world = await TalkingAsync();
        var key = Guid.NewGuid();

        var first = await ReplyAsync(world, "oi", key);
        var second = await ReplyAsync(world, "oi", key);

        second.ShouldBe(first);
        (await world.OneAsync<object>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND direction = 'Out'")).ShouldBe(1L);
    }

    [Fact]
    public async Task A_time_out_is_in_doubt_and_never_sent_again_by_itself()
    {
        var world = await TalkingAsync();
        var message = await ReplyAsync(world, "bom dia");
        var claim = await world.ClaimOutboundAsync();
        var attempt = await world.Queue.BeginAsync(claim, None);

        await world.Queue.EndAsync(claim, attempt!, new AttemptResult.NotTaken(GatewayFailure.TimedOut, false, null), None);

        (await StateAsync(world, message)).ShouldBe("Unconfirmed");
        (await world.Queue.BeginAsync(claim, None)).ShouldBeNull();
        (await world.OneAsync<object>("SELECT due_at IS NOT NULL FROM work_list WHERE tenant_id = $1 AND kind = 'Settle'")).ShouldBe(true);
    }

    [Fact]
    public async Task An_attempt_whose_holder_died_is_in_doubt_for_the_next_and_an_old_claim_completes_nothing()
    {
        var world = await TalkingAsync();
        var message = await ReplyAsync(world, "bom dia");
        var dead = await world.ClaimOutboundAsync();
        var attempt = await world.Queue.BeginAsync(dead, None);

        var next = await world.ClaimOutboundAsync();
        (await world.Queue.BeginAsync(next, None)).ShouldBeNull();
        var held = await world.Queue.EndAsync(dead, attempt!, Taken("3EB0LATE"), None);

        held.ShouldBeFalse();
        (await StateAsync(world, message)).ShouldBe("Unconfirmed");
    }

    [Fact]
    public async Task Nothing_a_machine_starts_goes_to_who_opted_out_though_queued_before()
    {
        var world = await TalkingAsync();
        var conversation = await world.ConversationAsync();
        var queued = await world.Outbox.QueueAsync(
            world.Tenant,
            new OutgoingMessage(conversation, new TextBody("oferta"), MessageOrigin.Automation, Lane.Automation),
            None
        );
        await world.DeliverAsync(Hook.Text("sair", Hook.NewId()));
        var claim = await world.ClaimOutboundAsync();

        var attempt = await world.Queue.BeginAsync(claim, None);
        await world.Queue.EndAsync(claim, attempt!, Taken(Hook.NewId()), None);

        (await world.Queue.BeginAsync(claim, None)).ShouldBeNull();
        (await StateAsync(world, queued)).ShouldBe("Skipped");
        attempt!.Body.Plain.ShouldStartWith("Pronto");
    }

    [Fact]
    public async Task Nothing_is_handed_to_a_server_that_is_known_to_be_silent()
    {
        var world = await TalkingAsync();
        var message = await ReplyAsync(world, "bom dia");
        var claim = await world.ClaimOutboundAsync();

        var attempt = await world.Queue.BeginAsync(claim, None, new ServerRest(GatewayFailure.TimedOut, TimeSpan.FromSeconds(5)));

        attempt.ShouldBeNull();
        (await ReasonAsync(world, message)).ShouldBe("Queued waiting.timed-out");
        (await world.OneAsync<object>("SELECT due_at > now() FROM work_list WHERE tenant_id = $1 AND kind = 'Outbound'")).ShouldBe(true);
        (await world.OneAsync<string>("SELECT gateway_failure FROM instance_statuses WHERE tenant_id = $1")).ShouldBe("TimedOut");
    }

    [Fact]
    public async Task An_answer_that_waited_for_an_hour_fails_and_asked_for_again_waits_anew()
    {
        var inbox = await InboxWorld.CreateAsync();
        var world = inbox.Messaging;
        await inbox.CustomerWritesAsync("5511977770001", "oi");
        var message = await ReplyAsync(world, "bom dia");
        var rest = new ServerRest(GatewayFailure.Unreachable, TimeSpan.FromSeconds(5));
        await world.RunAsync("UPDATE messages SET created_at = now() - interval '61 min' WHERE tenant_id = $1 AND id = $2", message.Value);

        await world.Queue.BeginAsync(await world.ClaimOutboundAsync(), None, rest);
        var failed = await ReasonAsync(world, message);
        await inbox.Repeats.RetryAsync(message, None);
        await world.Queue.BeginAsync(await world.ClaimOutboundAsync(), None, rest);

        failed.ShouldBe("Failed failed.unreachable");
        (await ReasonAsync(world, message)).ShouldBe("Queued waiting.unreachable");
    }

    [Fact]
    public async Task Everything_queued_on_a_banned_number_fails_however_much_it_is()
    {
        var world = await TalkingAsync();
        var first = await ReplyAsync(world, "1");
        await world.RunAsync(
            """
            INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, sent_at, created_at, delivery, lane,
                media_attempts, attempts, settle_count)
            SELECT gen_random_uuid(), tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, sent_at, created_at, delivery, lane, 0, 0, 0
            FROM messages, generate_series(1, 400) WHERE tenant_id = $1 AND id = $2
            """,
            first.Value
        );
        await world.RunAsync("UPDATE instance_statuses SET state = 'Banned' WHERE tenant_id = $1");

        (await world.Queue.BeginAsync(await world.ClaimOutboundAsync(), None)).ShouldBeNull();

        (
            await world.OneAsync<object>(
                "SELECT count(*) FROM messages WHERE tenant_id = $1 AND direction = 'Out' AND delivery = 'Failed' AND reason = 'failed.number-banned'"
            )
        ).ShouldBe(401L);
    }

    [Fact]
    public async Task Nothing_is_queued_on_a_number_that_was_just_deleted()
    {
        var world = await TalkingAsync();
        await world.RunAsync("DELETE FROM work_list WHERE tenant_id = $1 AND kind = 'Outbound'");

        var refusal = await Should.ThrowAsync<RuleException>(() => ReplyAsync(world, "oi"));

        refusal.Key.ShouldBe("conversation.number-deleted");
        (await world.OneAsync<object>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND direction = 'Out'")).ShouldBe(0L);
    }

    [Fact]
    public async Task What_did_not_go_out_is_taken_from_the_hour_it_was_counted_in()
    {
        var world = await TalkingAsync();
        await ReplyAsync(world, "um");
        var claim = await world.ClaimOutboundAsync();
        var attempt = await world.Queue.BeginAsync(claim, None);
        await world.RunAsync("UPDATE instance_hours SET hour = hour - interval '1 hour' WHERE tenant_id = $1 AND sent > 0");
        await world.RunAsync(
            "UPDATE messages SET attempted_at = attempted_at - interval '1 hour' WHERE tenant_id = $1 AND delivery = 'Sending'"
        );

        await world.Queue.EndAsync(claim, attempt!, NotTaken(GatewayFailure.NotConnected, null), None);

        (await world.OneAsync<object>("SELECT sum(sent) FROM instance_hours WHERE tenant_id = $1")).ShouldBe(0L);
    }
}
