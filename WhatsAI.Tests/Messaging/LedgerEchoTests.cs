using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Outbound;
using static WhatsAI.Tests.Messaging.LedgerSteps;

namespace WhatsAI.Tests.Messaging;

/// <summary>What the gateway says of a message before, or instead of, its answer.</summary>
public sealed class LedgerEchoTests
{
    [Fact]
    public async Task An_echo_before_the_answer_is_held_and_is_not_a_second_message()
    {
        var world = await TalkingAsync();
        await ReplyAsync(world, "bom dia");
        var claim = await world.ClaimOutboundAsync();
        var attempt = await world.Queue.BeginAsync(claim, None);
        var id = Hook.NewId();

        await world.DeliverAsync(Hook.Echo("bom dia", id), Hook.Receipt(id, "DELIVERY_ACK"));
        await world.Queue.EndAsync(claim, attempt!, Taken(id), None);
        await world.ProcessAsync();

        (await world.OneAsync<object>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND direction = 'Out'")).ShouldBe(1L);
        (await StateAsync(world, attempt!.Message)).ShouldBe("Delivered");
        (await world.CountAsync("held_echoes")).ShouldBe(0);
    }

    [Fact]
    public async Task An_echo_settles_what_is_in_doubt()
    {
        var world = await TalkingAsync();
        var message = await ReplyAsync(world, "bom dia");
        var claim = await world.ClaimOutboundAsync();
        var attempt = await world.Queue.BeginAsync(claim, None);
        await world.DeliverAsync(Hook.Echo("bom dia", Hook.NewId()));

        await world.Queue.EndAsync(claim, attempt!, new AttemptResult.NotTaken(GatewayFailure.TimedOut, false, null), None);
        await world.ProcessAsync();

        (await StateAsync(world, message)).ShouldBe("Sent");
        (await world.OneAsync<object>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND direction = 'Out'")).ShouldBe(1L);
    }

    [Fact]
    public async Task Another_programs_send_is_shown_as_from_the_phone()
    {
        var world = await TalkingAsync();
        await ReplyAsync(world, "bom dia");
        var claim = await world.ClaimOutboundAsync();
        var attempt = await world.Queue.BeginAsync(claim, None);
        await world.DeliverAsync(Hook.Echo("promoção!", Hook.NewId()));

        await world.Queue.EndAsync(claim, attempt!, Taken(Hook.NewId()), None);
        await world.ProcessAsync();

        (await world.OneAsync<string>("SELECT text FROM messages WHERE tenant_id = $1 AND origin = 'Phone'")).ShouldBe("promoção!");
    }
}
