using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Crash;

/// <summary>The database goes away under a running console, in part or whole.</summary>
[Collection("crash")]
public sealed class OutageTests(RunningConsole running, ITestOutputHelper output)
{
    private static readonly SandboxBehaviour Quick = new() { DeliveredMs = 200, ReadMs = 400 };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_database_connections_are_back_within_five_seconds_and_heard_again()
    {
        await using var world = await running.NewWorldAsync();
        var number = await world.AddNumberAsync(running.Console.Address, Quick);
        await running.Sandbox.Control.WriteAsync(number.Name, "antes");
        await world.ConversationsAsync(number, 1);
        // The test is a second copy: what the console commits is heard here.
        var hub = new EventHub();
        using var feed = hub.Subscribe(world.Tenant, e => e is ConversationChanged);
        using var relay = new EventRelay(hub, world.App, TimeProvider.System, NullLogger<EventRelay>.Instance);
        await relay.StartAsync(Ct);
        await Wait.UntilAsync(() => relay.IsListening, "this copy listens");

        (await KillConnectionsAsync(world)).ShouldBeGreaterThan(3); // the listeners of both copies and the workers' own
        var watch = Stopwatch.StartNew();
        await running.Sandbox.Control.WriteAsync(number.Name, "depois");
        await Wait.UntilAsync(
            async () => await running.Console.ReadinessAsync() == HttpStatusCode.OK && relay.IsListening,
            "ready again",
            5
        );
        await Wait.UntilAsync(async () => await CountAsync(world) == 2, "the message is there", 5);
        output.WriteLine($"back after {watch.Elapsed.TotalSeconds:0.0} s");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));

        await running.Sandbox.Control.WriteAsync(number.Name, "ouve?");
        await HearAsync(feed);
        await relay.StopAsync(Ct);
    }

    [Fact]
    public async Task A_stopped_database_is_answered_503_within_a_second_and_everything_arrives_afterwards()
    {
        const int customers = 10;
        await using var world = await running.NewWorldAsync();
        var number = await world.AddNumberAsync(running.Console.Address, Quick);
        await world.WriteAsync(number, customers, 1, 0);
        var conversations = await world.ConversationsAsync(number, customers);
        await world.WriteAsync(number, customers, 80, 10);
        var replies = new List<string>();
        foreach (var conversation in conversations.Take(5))
        {
            replies.Add("resposta " + replies.Count);
            await world.ReplyAsync(conversation, replies[^1]);
        }

        await running.Cluster.StopAsync();
        var stopped = DateTimeOffset.UtcNow;
        var body = Encoding.UTF8.GetBytes(Hook.Text("durante", Hook.NewId()).ToJsonString());
        for (var i = 0; i < 5; i++)
        {
            var watch = Stopwatch.StartNew();
            (await Webhooks.PostAsync(running.Console.Http, number.Route, body, number.Webhook.Secret)).ShouldBe(
                HttpStatusCode.ServiceUnavailable
            );
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2)); // one by the deadline, one for a busy machine
        }

        (await running.Console.ReadinessAsync()).ShouldBe(HttpStatusCode.ServiceUnavailable);
        await Task.Delay(2000, Ct); // the load goes on meanwhile
        var starting = DateTimeOffset.UtcNow;
        await running.Cluster.StartAgainAsync();
        world.ForgetConnections();

        await Wait.UntilAsync(async () => await running.Console.ReadinessAsync() == HttpStatusCode.OK, "ready again");
        var judge = new Judge(world, running.Sandbox);
        await judge.RestAsync();
        await judge.ArrivalsAsync();
        await judge.RepliesAsync(replies, 1);
        await judge.CountersAsync();
        running
            .Sandbox.ReadLog()
            .Count(l =>
                l.Instance == number.Name && l.Kind == "webhook" && l.At > stopped && l.At < starting && l.Status?.GetInt32() == 200
            )
            .ShouldBe(0, "acknowledged without a database");
    }

    private static async Task<long> CountAsync(CrashWorld world)
    {
        try
        {
            return await world.ScalarAsync<long>("SELECT count(*) FROM messages WHERE tenant_id = $1");
        }
        catch (NpgsqlException)
        {
            return -1;
        }
    }

    /// <summary>Every connection of the app role but the one that asks.</summary>
    private static async Task<long> KillConnectionsAsync(CrashWorld world)
    {
        await using var command = world.App.CreateCommand(
            "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()"
        );
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }

    private static async Task HearAsync(EventFeed feed)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(5));
        await foreach (var batch in feed.BatchesAsync(TimeSpan.FromMilliseconds(1), patience.Token))
        {
            if (batch.Any(e => e is ConversationChanged))
            {
                return;
            }
        }
    }
}
