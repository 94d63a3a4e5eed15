using System.Net;
using System.Text;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Crash;

/// <summary>Webhooks are lost for good, and the messages are there all the same, once: asked for at the gateway. Its own log is the judge.</summary>
[Collection("crash")]
public sealed class MissedMessagesTests(RunningConsole running, ITestOutputHelper output)
{
    private static readonly SandboxBehaviour _forgetful = new() { WebhookTries = 1 };

    [Fact]
    public async Task What_came_while_no_copy_ran_is_there_once_and_asked_for_by_one_copy()
    {
        const int customers = 8;
        await using var sandbox = new SandboxProcess();
        await sandbox.InitializeAsync();
        await using var cluster = await OwnCluster.StartAsync();
        await using var one = await ConsoleProcess.StartAsync(cluster.Settings);
        await using var two = await ConsoleProcess.StartAsync(cluster.Settings);
        await using var world = new CrashWorld(cluster.App, cluster.Owner, sandbox);
        await world.AddTenantAsync();
        LinkedNumber[] numbers = [await world.AddNumberAsync(one.Address, _forgetful), await world.AddNumberAsync(two.Address, _forgetful)];
        foreach (var number in numbers)
        {
            await world.WriteAsync(number, customers, 1, 0);
            await world.ConversationsAsync(number, customers);
        }

        await one.KillHardAsync();
        await two.KillHardAsync();
        foreach (var number in numbers)
        {
            // More than a page of the gateway's answer.
            await world.WriteAsync(number, customers, 10, 0);
        }

        await Wait.UntilAsync(
            () => sandbox.ReadLog().Count(l => l is { Kind: "webhook", Event: "messages.upsert", Attempt: 1 }) == 2 * customers * 11,
            "the gateway has given up every one"
        );
        // Not waited for: longer than the console needs to start in any case.
        await world.RunAsync("UPDATE console_pulse SET beat_at = beat_at - interval '31 s' WHERE $1::uuid IS NOT NULL");
        await Task.WhenAll(one.StartAgainAsync(), two.StartAgainAsync());

        var judge = new Judge(world, sandbox);
        await judge.RestAsync();
        await GapsAsync(world, 2, "Downtime Filled 80");
        await judge.ArrivalsAsync();
        await judge.CountersAsync();
        (await world.ListAsync("SELECT what FROM connection_log WHERE tenant_id = $1 AND what LIKE 'gap%' ORDER BY what")).ShouldBe([
            "gap-downtime",
            "gap-downtime",
            "gap-recovered",
            "gap-recovered",
        ]);
        (
            await world.ScalarAsync<long>(
                "SELECT count(*) FROM conversation_heads h WHERE tenant_id = $1 AND unread = 11 AND last_at = (SELECT max(sent_at) FROM messages m WHERE m.conversation_id = h.conversation_id)"
            )
        ).ShouldBe(2 * customers);
        output.WriteLine(
            $"{sandbox.ReadLog().Count(l => l is { Kind: "call" } && l.Path!.Contains("findMessages", StringComparison.Ordinal))} pages read"
        );
    }

    [Fact]
    public async Task What_came_around_a_reconnect_is_there()
    {
        await using var world = await running.NewWorldAsync();
        var number = await StartAsync(world);
        await running.Sandbox.Control.BehaveAsync(number.Name, new { webhooksSuppressed = true });
        await world.WriteAsync(number, 3, 1, 0);
        await running.Sandbox.Control.BehaveAsync(number.Name, new { webhooksSuppressed = false });

        await running.Sandbox.Control.CloseAsync(number.Name, 428);

        await GapsAsync(world, 1, "Reconnected Filled 3", 40);
        await new Judge(world, running.Sandbox).ArrivalsAsync();
    }

    [Fact]
    public async Task What_was_in_a_body_that_was_too_large_is_there()
    {
        await using var world = await running.NewWorldAsync();
        var number = await StartAsync(world);
        await MissOneAsync(world, number);

        await PostTooLargeAsync(number);

        await GapsAsync(world, 1, "TooLarge Filled 1");
        await new Judge(world, running.Sandbox).ArrivalsAsync();
    }

    [Fact]
    public async Task A_gateway_that_keeps_nothing_is_said()
    {
        await using var world = await running.NewWorldAsync();
        var number = await StartAsync(world, new SandboxBehaviour { KeepsMessages = false });

        await PostTooLargeAsync(number);

        await GapsAsync(world, 1, "TooLarge NothingKept 0");
    }

    [Fact]
    public async Task A_gateway_that_is_silent_meanwhile_is_asked_until_it_answers()
    {
        await using var world = await running.NewWorldAsync();
        var number = await StartAsync(world);
        await MissOneAsync(world, number);
        await running.Sandbox.Control.BehaveAsync(number.Name, new { reach = "drop" });
        await PostTooLargeAsync(number);
        await Wait.UntilAsync(
            async () => await world.ScalarAsync<string>("SELECT failure FROM gaps WHERE tenant_id = $1") is not null,
            "it has not answered"
        );

        await running.Sandbox.Control.BehaveAsync(number.Name, new { reach = "online" });

        await GapsAsync(world, 1, "TooLarge Filled 1", 60);
    }

    /// <summary>A number that was linked before, with one message that came.</summary>
    private async Task<LinkedNumber> StartAsync(CrashWorld world, SandboxBehaviour? behaviour = null)
    {
        var number = await world.AddNumberAsync(running.Console.Address, behaviour);
        await world.RunAsync("UPDATE instance_statuses SET own_jid = '5511988880003@s.whatsapp.net' WHERE tenant_id = $1");
        await running.Sandbox.Control.WriteAsync(number.Name, "esta chegou");
        await world.ConversationsAsync(number, 1);
        return number;
    }

    private async Task MissOneAsync(CrashWorld world, LinkedNumber number)
    {
        await running.Sandbox.Control.BehaveAsync(number.Name, new { webhooksSuppressed = true });
        await world.WriteAsync(number, 1, 1, 0);
        await running.Sandbox.Control.BehaveAsync(number.Name, new { webhooksSuppressed = false });
    }

    private async Task PostTooLargeAsync(LinkedNumber number)
    {
        var body = new byte[(8 * 1024 * 1024) + 1];
        body.AsSpan().Fill((byte)' ');
        Encoding.UTF8.GetBytes(Hook.Text("grande", Hook.NewId()).ToJsonString()).CopyTo(body, 0);
        (await Webhooks.PostUntilAnsweredAsync(running.Console.Http, number.Route, body, number.Webhook.Secret)).ShouldBe(
            HttpStatusCode.RequestEntityTooLarge
        );
    }

    private static async Task GapsAsync(CrashWorld world, int count, string gap, double seconds = 30)
    {
        var expected = Enumerable.Repeat(gap, count).ToList();
        List<string> gaps = [];
        try
        {
            await Wait.UntilAsync(
                async () =>
                {
                    gaps = await world.ListAsync(
                        """
                        SELECT concat_ws(' ', cause, state, (SELECT coalesce(sum(recovered), 0) FROM gap_conversations c WHERE c.gap_id = g.id))
                        FROM gaps g WHERE tenant_id = $1
                        """
                    );
                    return gaps.SequenceEqual(expected);
                },
                gap,
                seconds
            );
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException("There is " + string.Join(", ", gaps), e);
        }
    }
}
