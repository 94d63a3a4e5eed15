using System.Text;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Outbound;
using static WhatsAI.Tests.Messaging.LedgerSteps;

namespace WhatsAI.Tests.Messaging;

/// <summary>Which message of a number goes next.</summary>
public sealed class LedgerOrderTests
{
    [Fact]
    public async Task Two_replies_go_in_the_order_they_were_written()
    {
        var world = await TalkingAsync();
        var (first, second) = (await ReplyAsync(world, "um"), await ReplyAsync(world, "dois"));
        var claim = await world.ClaimOutboundAsync();

        var one = await world.Queue.BeginAsync(claim, None);
        await world.Queue.EndAsync(claim, one!, Taken("3EB01" + Guid.NewGuid()), None);
        var two = await world.Queue.BeginAsync(claim, None);

        (one!.Message, two!.Message).ShouldBe((first, second));
    }

    [Fact]
    public async Task What_surely_did_not_go_out_waits_first_in_line_and_holds_the_others_back()
    {
        var world = await TalkingAsync();
        var first = await ReplyAsync(world, "um");
        await ReplyAsync(world, "dois");
        var claim = await world.ClaimOutboundAsync();
        var attempt = await world.Queue.BeginAsync(claim, None);

        var held = await world.Queue.EndAsync(claim, attempt!, new AttemptResult.NotTaken(GatewayFailure.Unreachable, true, null), None);

        held.ShouldBeFalse();
        (await StateAsync(world, first)).ShouldBe("Queued");
        (await world.OneAsync<string>("SELECT reason FROM messages WHERE tenant_id = $1 AND id = $2", first.Value)).ShouldBe(
            "waiting.unreachable"
        );
        (await world.OneAsync<object>("SELECT due_at > now() FROM work_list WHERE tenant_id = $1 AND kind = 'Outbound'")).ShouldBe(true);
        (await world.OneAsync<int>("SELECT sent FROM instance_hours WHERE tenant_id = $1 ORDER BY hour DESC LIMIT 1")).ShouldBe(0);
    }

    [Fact]
    public async Task A_reply_goes_before_automation()
    {
        var world = await TalkingAsync();
        var conversation = await world.ConversationAsync();
        foreach (var lane in new[] { Lane.Automation, Lane.Reply })
        {
            await world.Outbox.QueueAsync(
                world.Tenant,
                new OutgoingMessage(conversation, new TextBody(lane.ToString()), MessageOrigin.Agent, lane),
                None
            );
        }

        var claim = await world.ClaimOutboundAsync();
        var order = new StringBuilder();
        while (await world.Queue.BeginAsync(claim, None) is { } attempt)
        {
            order.Append(attempt.Body.Plain).Append(' ');
            await world.Queue.EndAsync(claim, attempt, Taken(Hook.NewId()), None);
        }

        order.ToString().ShouldBe("Reply Automation ");
    }

    [Fact]
    public async Task A_later_reply_does_not_overtake_one_that_waits()
    {
        var world = await TalkingAsync();
        var first = await ReplyAsync(world, "um");
        var claim = await world.ClaimOutboundAsync();
        var attempt = await world.Queue.BeginAsync(claim, None);
        await world.Queue.EndAsync(claim, attempt!, NotTaken(GatewayFailure.Unreachable, TimeSpan.FromMinutes(1)), None);

        await ReplyAsync(world, "dois");
        var again = await world.ClaimOutboundAsync();
        (await world.Queue.BeginAsync(again, None)).ShouldBeNull();
        var rests = await world.OneAsync<object>(
            "SELECT due_at > now() + interval '30 s' AND lease_until IS NULL FROM work_list WHERE tenant_id = $1 AND kind = 'Outbound'"
        );
        await world.RunAsync("UPDATE messages SET due_at = now() WHERE tenant_id = $1 AND id = $2", first.Value);
        var next = await world.Queue.BeginAsync(await world.ClaimOutboundAsync(), None);

        rests.ShouldBe(true);
        next!.Message.ShouldBe(first);
    }
}
