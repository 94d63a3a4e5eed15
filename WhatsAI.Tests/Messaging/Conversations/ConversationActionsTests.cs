using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Outbound;

namespace WhatsAI.Tests.Messaging.Conversations;

public sealed class ConversationActionsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Resolving_closes_the_episode_moves_the_counters_and_says_who_did_it()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");

        await world.Actions.SetStatusAsync(id, ConversationStatus.Resolved, None);

        (await world.HeadAsync<string>("status", id)).ShouldBe("Resolved");
        (
            await world.Messaging.OneAsync<object>("SELECT resolved_by FROM episodes WHERE tenant_id = $1 AND resolved_at IS NOT NULL")
        ).ShouldBe(world.Member.UserId.Value);
        await world.Messaging.CountersShouldBeTrueAsync();
        var line = (await world.Messages.PageAsync(id, ct: None)).Rows[^1];
        var body = line.Body.ShouldBeOfType<LineBody>();
        (body.Key, body.Values).ShouldSatisfyAllConditions(b => b.Key.ShouldBe("line.resolved"), b => b.Values.ShouldBe(["Ana"]));
        line.Delivery.ShouldBeNull("a line is never sent");
        (await world.HeadAsync<string>("last_preview", id)).ShouldBe("oi", "a line is no message");
    }

    [Fact]
    public async Task Reopening_begins_another_episode_and_the_same_status_twice_does_nothing()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");

        await world.Actions.SetStatusAsync(id, ConversationStatus.Resolved, None);
        await world.Actions.SetStatusAsync(id, ConversationStatus.Resolved, None);
        await world.Actions.SetStatusAsync(id, ConversationStatus.Open, None);

        (await world.Messaging.CountAsync("episodes")).ShouldBe(2);
        (await world.Messages.PageAsync(id, ct: None)).Rows.Count(r => r.Kind == MessageKind.Line).ShouldBe(2);
        await world.Messaging.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Customers_next_message_opens_a_pending_and_a_resolved_conversation()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");
        foreach (var status in new[] { ConversationStatus.Pending, ConversationStatus.Resolved })
        {
            await world.Actions.SetStatusAsync(id, status, None);

            await world.CustomerWritesAsync("5511977770001", "e aí?");

            (await world.HeadAsync<string>("status", id)).ShouldBe("Open");
        }

        await world.Messaging.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Reading_clears_unread_and_owes_WhatsApp_a_receipt_for_each()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "um", "dois");

        await world.Actions.MarkReadAsync(id, None);
        await world.Actions.MarkReadAsync(id, None);

        (await world.HeadAsync<int>("unread", id)).ShouldBe(0);
        (await world.Messaging.CountAsync("read_receipts_due")).ShouldBe(2);
        (
            await world.Messaging.OneAsync<object>("SELECT due_at <= now() FROM work_list WHERE tenant_id = $1 AND kind = 'Receipts'")
        ).ShouldBe(true);
        await world.Messaging.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Company_that_sends_no_blue_ticks_owes_none()
    {
        var world = await InboxWorld.CreateAsync();
        await world.Messaging.RunAsync("UPDATE tenants SET sends_read_receipts = false WHERE id = $1");
        var id = await world.CustomerWritesAsync("5511977770001", "um");

        await world.Actions.MarkReadAsync(id, None);

        (await world.HeadAsync<int>("unread", id)).ShouldBe(0);
        (await world.Messaging.CountAsync("read_receipts_due")).ShouldBe(0);
    }

    [Fact]
    public async Task Reply_is_queued_with_its_author_and_the_message_it_answers()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");
        var asked = (await world.Messages.PageAsync(id, ct: None)).Rows[0];
        var key = Guid.NewGuid();

        var sent = await world.Replies.SendTextAsync(id, key, "  bom dia ", asked.Id, None);
        (await world.Replies.SendTextAsync(id, key, "bom dia", asked.Id, None)).ShouldBe(sent, "one click, one message");

        var row = (await world.Messages.FindAsync([sent], None)).Single();
        (row.Text, row.Delivery, row.AuthorId, row.Quote?.Id, row.Quote?.Text, row.ClientKey).ShouldBe(
            ("bom dia", DeliveryState.Queued, world.Member.UserId, asked.Id, "oi", key)
        );
    }

    [Fact]
    public async Task Failed_message_is_tried_again_as_itself()
    {
        var world = await InboxWorld.CreateAsync();
        var id = await world.CustomerWritesAsync("5511977770001", "oi");
        var sent = await world.Replies.SendTextAsync(id, Guid.NewGuid(), "bom dia", ct: None);
        await world.Messaging.RunAsync(
            "UPDATE messages SET delivery = 'Failed', reason = 'failed.unreachable', attempts = 3 WHERE tenant_id = $1 AND id = $2",
            sent.Value
        );

        await world.Repeats.RetryAsync(sent, None);

        var row = (await world.Messages.FindAsync([sent], None)).Single();
        (row.Delivery, row.Reason).ShouldBe((DeliveryState.Queued, null));
        var claim = await world.Messaging.ClaimOutboundAsync();
        (await world.Messaging.Queue.BeginAsync(claim, None))!.Message.ShouldBe(sent);
        (await Should.ThrowAsync<RuleException>(() => world.Repeats.RetryAsync(sent, None))).Key.ShouldBe("message.not-failed");
    }

    [Fact]
    public async Task Message_in_doubt_is_repeated_once_as_a_new_one_by_who_may()
    {
        var world = await InboxWorld.CreateAsync(Role.Manager);
        var id = await world.CustomerWritesAsync("5511977770001", "oi");
        var sent = await world.Replies.SendTextAsync(id, Guid.NewGuid(), "bom dia", ct: None);
        await world.Messaging.RunAsync("UPDATE messages SET delivery = 'Unconfirmed' WHERE tenant_id = $1 AND id = $2", sent.Value);

        await world.Repeats.ResendAsync(sent, None);
        await world.Repeats.ResendAsync(sent, None);

        var rows = (await world.Messages.PageAsync(id, ct: None)).Rows.Where(r => r.Origin == MessageOrigin.Agent).ToList();
        rows.Select(r => (r.Text, r.Delivery)).ShouldBe([("bom dia", DeliveryState.Unconfirmed), ("bom dia", DeliveryState.Queued)]);
        var agent = await InboxWorld.CreateAsync();
        (await Should.ThrowAsync<RuleException>(() => agent.Repeats.ResendAsync(sent, None))).Key.ShouldBe("permission.missing");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Repeated_message_keeps_what_it_answers(bool inDoubt)
    {
        var world = await InboxWorld.CreateAsync(Role.Manager);
        var id = await world.CustomerWritesAsync("5511977770001", "qual o prazo?");
        var asked = (await world.Messages.PageAsync(id, ct: None)).Rows.Single();
        var sent = await world.Replies.SendTextAsync(id, Guid.NewGuid(), "três dias", asked.Id, None);
        await world.Messaging.RunAsync(
            "UPDATE messages SET delivery = $3, provider_id = 'AB12' WHERE tenant_id = $1 AND id = $2",
            sent.Value,
            inDoubt ? "Unconfirmed" : "Failed"
        );

        await (inDoubt ? world.Repeats.ResendAsync(sent, None) : world.Repeats.RetryAsync(sent, None));

        var again = (await world.Messages.PageAsync(id, ct: None)).Rows[^1];
        (again.Id == sent, again.Text, again.Quote?.Id, again.Quote?.Text).ShouldBe((false, "três dias", asked.Id, "qual o prazo?"));
    }

    [Fact]
    public async Task Another_tenants_conversation_is_not_there()
    {
        var world = await InboxWorld.CreateAsync();
        var other = await InboxWorld.CreateAsync();
        var id = await other.CustomerWritesAsync("5511977770001", "segredo");

        (await Should.ThrowAsync<RuleException>(() => world.Actions.SetStatusAsync(id, ConversationStatus.Resolved, None))).Key.ShouldBe(
            "conversation.not-found"
        );
        (await Should.ThrowAsync<RuleException>(() => world.Actions.MarkReadAsync(id, None))).Key.ShouldBe("conversation.not-found");
        (await Should.ThrowAsync<RuleException>(() => world.Replies.SendTextAsync(id, Guid.NewGuid(), "oi", ct: None))).Key.ShouldBe(
            "conversation.not-found"
        );
        (await world.Conversations.FindAsync(id, None)).ShouldBeNull();
        (await world.Messages.PageAsync(id, ct: None)).Rows.ShouldBeEmpty();
    }
}
