using System.Diagnostics;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>A whole gateway server falls silent, or answers slowly: those on it wait, and nobody else notices.</summary>
[Collection("crash")]
public sealed class SilentGatewayTests(RunningConsole running, ITestOutputHelper output)
{
    [Fact]
    public async Task Forty_numbers_on_a_silent_server_leave_the_others_alone_and_go_on_when_it_speaks_again()
    {
        await using var silent = new SandboxProcess();
        await silent.InitializeAsync();
        await using var world = new CrashWorld(running.Cluster.App, running.Cluster.Owner, silent);
        await world.AddTenantAsync();
        await using var healthy = await running.NewWorldAsync();
        var other = await TalkAsync(healthy, running.Sandbox, await healthy.AddNumberAsync(running.Console.Address));
        var conversations = new List<ConversationId>();
        for (var i = 0; i < 40; i++)
        {
            conversations.Add(await TalkAsync(world, silent, await world.AddNumberAsync(running.Console.Address)));
        }

        silent.Freeze();
        var waiting = await Task.WhenAll(conversations.Select(c => world.ReplyAsync(c, "alguém aí?")));
        for (var i = 0; i < Rounds.Count; i++)
        {
            var watch = Stopwatch.StartNew();
            var answer = await healthy.ReplyAsync(other, $"aqui está tudo bem {i}");
            await Wait.UntilAsync(
                async () => await healthy.StateAsync(answer) is "Sent" or "Delivered" or "Read",
                "the other number sends",
                5
            );
            output.WriteLine($"sent beside the silent server after {watch.Elapsed.TotalMilliseconds:0} ms");
        }

        // Those whose call was on the wire are in doubt; the rest were never handed over, and say that they wait.
        await Wait.UntilAsync(
            async () => await CountAsync(world, "delivery = 'Unconfirmed' OR reason LIKE 'waiting.%'") == waiting.Length,
            "each is in doubt or waits",
            60
        );
        var inDoubt = await CountAsync(world, "delivery = 'Unconfirmed'");
        output.WriteLine($"{inDoubt} of {waiting.Length} in doubt");
        inDoubt.ShouldBeLessThanOrEqualTo(32, "one server holds half of the slots at most");
        var later = await world.ReplyAsync(conversations[0], "segunda");
        await Wait.UntilAsync(
            async () => (await world.StateAsync(later)).StartsWith("Queued waiting.", StringComparison.Ordinal),
            "it waits",
            30
        );

        silent.Thaw();
        await Wait.UntilAsync(async () => await CountAsync(world, "delivery IN ('Queued', 'Sending')") == 0, "nothing waits any more", 90);
        // A call that was given up may have reached WhatsApp all the same: then it is found, else it stays in doubt. Nothing is repeated.
        await Wait.UntilAsync(
            async () => await CountAsync(world, "delivery IN ('Sent', 'Delivered', 'Read')") == Sends(silent).Count,
            "what went out is no longer in doubt",
            60
        );
        var left = await CountAsync(world, "delivery = 'Unconfirmed'");
        output.WriteLine($"{left} stay in doubt");
        left.ShouldBeLessThanOrEqualTo(inDoubt);
        Sends(silent).Count.ShouldBe(waiting.Length + 1 - (int)left);
        Sends(silent).ShouldBeUnique();
        (await world.StateAsync(later)).ShouldNotStartWith("Unconfirmed");
    }

    private static List<(string?, string?)> Sends(SandboxProcess sandbox) =>
        [.. sandbox.ReadLog().Where(l => l.Kind == "send").Select(l => (l.Instance, l.Text))];

    [Fact]
    public async Task A_gateway_that_takes_ten_seconds_for_an_answer_is_not_felt_in_the_inbox()
    {
        await using var world = await running.NewWorldAsync();
        var slow = await world.AddNumberAsync(
            running.Console.Address,
            new SandboxBehaviour
            {
                SlowMs = 10_000,
                DeliveredMs = 100,
                ReadMs = 200,
            }
        );
        var quick = await world.AddNumberAsync(running.Console.Address, new SandboxBehaviour { DeliveredMs = 100, ReadMs = 200 });
        var conversation = await TalkAsync(world, running.Sandbox, slow);
        var other = await TalkAsync(world, running.Sandbox, quick);

        var first = await world.ReplyAsync(conversation, "devagar");
        await Wait.UntilAsync(async () => await world.StateAsync(first) == "Sending", "on the wire");
        await running.Sandbox.Control.WriteAsync(slow.Name, "e aí?");
        await Wait.UntilAsync(
            async () => await world.ScalarAsync<long>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND direction = 'In'") == 3,
            "the customer is heard meanwhile",
            5
        );
        var answer = await world.ReplyAsync(other, "rápido");
        await Wait.UntilAsync(async () => await world.StateAsync(answer) is "Sent" or "Delivered" or "Read", "the other number sends", 5);
        (await world.StateAsync(first)).ShouldBe("Sending");

        await Wait.UntilAsync(async () => await world.StateAsync(first) is "Sent" or "Delivered" or "Read", "it went out at last", 30);
    }

    private static async Task<ConversationId> TalkAsync(CrashWorld world, SandboxProcess sandbox, LinkedNumber number)
    {
        await sandbox.Control.WriteAsync(number.Name, "oi");
        return (await world.ConversationsAsync(number, 1))[0];
    }

    private static Task<long> CountAsync(CrashWorld world, string condition) =>
        world.ScalarAsync<long>($"SELECT count(*) FROM messages WHERE tenant_id = $1 AND direction = 'Out' AND ({condition})");
}
