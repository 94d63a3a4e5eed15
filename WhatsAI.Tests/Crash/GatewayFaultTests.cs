using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>The gateway misbehaves: each way to its own state of the ledger, never a second send, and other numbers go on.</summary>
[Collection("crash")]
public sealed class GatewayFaultTests(RunningConsole running)
{
    private const SandboxEcho Echo = SandboxEcho.Before;
    private const SandboxEcho NoEcho = SandboxEcho.None;

    [Fact]
    public async Task Every_fault_ends_in_its_own_state_and_no_message_leaves_twice()
    {
        await using var world = await running.NewWorldAsync();
        // What went out although the answer failed is found: by its echo, else in the gateway's own store. What did not stays in doubt, or failed.
        var cases = await Task.WhenAll(
            StartAsync(world, SandboxSendFault.HangAfter, Echo, "Sent", 1),
            StartAsync(world, SandboxSendFault.ErrorAfter, Echo, "Sent", 1),
            StartAsync(world, SandboxSendFault.TimeoutAfter, Echo, "Sent", 1),
            StartAsync(world, SandboxSendFault.DropAfter, Echo, "Sent", 1),
            StartAsync(world, SandboxSendFault.ErrorAfter, NoEcho, "Sent", 1),
            StartAsync(world, SandboxSendFault.DropAfter, NoEcho, "Sent", 1),
            StartAsync(world, SandboxSendFault.DropBefore, NoEcho, "Unconfirmed unconfirmed.unclear", 0),
            StartAsync(world, SandboxSendFault.HangBefore, NoEcho, "Unconfirmed unconfirmed.timed-out", 0),
            StartAsync(world, SandboxSendFault.Refuse, NoEcho, "Failed failed.number-not-on-whats-app", 0),
            StartAsync(world, SandboxSendFault.RateLimit, Echo, "Sent", 1)
        );
        var healthy = await StartAsync(world, SandboxSendFault.None, Echo, "Sent", 1);

        await Wait.UntilAsync(async () => await world.StateAsync(healthy.First) == "Sent", "another number goes on", 5);
        foreach (var one in cases)
        {
            await Wait.UntilAsync(async () => await world.StateAsync(one.First) == one.State, $"{one.Name} ends as {one.State}", 40);
        }

        foreach (var (one, second) in await Task.WhenAll(cases.Select(async c => (c, await world.ReplyAsync(c.Conversation, "segunda")))))
        {
            await Wait.UntilAsync(async () => await world.StateAsync(second) == "Sent", $"the next message after {one.Name}", 20);
            var sends = running.Sandbox.Sends(one.Number.Name).Select(s => s.Text).ToList();
            sends.ShouldBe(one.Sends == 1 ? ["primeira", "segunda"] : ["segunda"], one.Name);
            (await world.StateAsync(one.First)).ShouldBe(one.State, one.Name);
        }

        (
            await world.ScalarAsync<long>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND direction = 'Out' AND origin <> 'Agent'")
        ).ShouldBe(0, "an echo was taken for somebody else's message");
    }

    [Fact]
    public async Task A_message_in_doubt_is_looked_for_again_when_the_gateway_did_not_answer()
    {
        await using var world = await running.NewWorldAsync();
        var one = await StartAsync(world, SandboxSendFault.ErrorAfter, NoEcho, "Sent", 1);
        await Wait.UntilAsync(
            async () => (await world.StateAsync(one.First)).StartsWith("Unconfirmed", StringComparison.Ordinal),
            "in doubt"
        );

        await running.Sandbox.Control.BehaveAsync(one.Number.Name, new { reach = "unavailable" });
        await Wait.UntilAsync(
            async () =>
                await world.ScalarAsync<bool>(
                    "SELECT settle_at > attempted_at + interval '8 s' FROM messages WHERE tenant_id = $1 AND id = $2",
                    one.First.Value
                ),
            "the first look finds nobody",
            15
        );
        await running.Sandbox.Control.BehaveAsync(one.Number.Name, new { reach = "online" });

        await Wait.UntilAsync(async () => await world.StateAsync(one.First) == "Sent", "found by the repeated look", 20);
        running.Sandbox.Sends(one.Number.Name).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_throttled_or_unreachable_gateway_is_not_asked_in_a_tight_loop()
    {
        await using var world = await running.NewWorldAsync();
        var number = await world.AddNumberAsync(
            running.Console.Address,
            new SandboxBehaviour { RateLimited = true, RetryAfterSeconds = 3 }
        );
        await running.Sandbox.Control.WriteAsync(number.Name, "oi");
        var conversation = (await world.ConversationsAsync(number, 1))[0];

        var message = await world.ReplyAsync(conversation, "espera");
        await Wait.UntilAsync(async () => await world.StateAsync(message) == "Queued waiting.rate-limited", "it waits");
        await Wait.UntilAsync(
            async () =>
                await world.ScalarAsync<short>("SELECT attempts FROM messages WHERE tenant_id = $1 AND id = $2", message.Value) == 2,
            "it is tried once more"
        );
        await running.Sandbox.Control.BehaveAsync(number.Name, new { rateLimited = false });
        await Wait.UntilAsync(async () => await world.StateAsync(message) == "Sent", "it goes out");

        var gaps = await world.ScalarAsync<short>("SELECT attempts FROM messages WHERE tenant_id = $1 AND id = $2", message.Value);
        gaps.ShouldBeLessThanOrEqualTo((short)4);
        running.Sandbox.Sends(number.Name).Count.ShouldBe(1);
    }

    private async Task<Case> StartAsync(CrashWorld world, SandboxSendFault fault, SandboxEcho echo, string state, int sends)
    {
        // Without receipts "Sent" is the last state, so that the one expected is the one seen.
        var number = await world.AddNumberAsync(
            running.Console.Address,
            new SandboxBehaviour
            {
                SendFault = fault,
                SendFaultTimes = 1,
                Echo = echo,
                Receipts = false,
                RetryAfterSeconds = 2,
            }
        );
        await running.Sandbox.Control.WriteAsync(number.Name, "oi");
        var conversation = (await world.ConversationsAsync(number, 1))[0];
        return new Case($"{fault} {echo}", number, conversation, await world.ReplyAsync(conversation, "primeira"), state, sends);
    }

    private sealed record Case(string Name, LinkedNumber Number, ConversationId Conversation, MessageId First, string State, int Sends);
}
