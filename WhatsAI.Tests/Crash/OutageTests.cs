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
    // What was answered 503 may be stored all the same: a real gateway posts it again.
    private const string During = "during-";
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

        for (var i = 1; i <= Rounds.Count; i++)
        {
            (await KillConnectionsAsync(world)).ShouldBeGreaterThanOrEqualTo(2); // the listeners of both copies, and what the workers hold
            var watch = Stopwatch.StartNew();
            await running.Sandbox.Control.WriteAsync(number.Name, "depois");
            await Wait.UntilAsync(
                async () => await running.Console.ReadinessAsync() == HttpStatusCode.OK && relay.IsListening,
                "ready again",
                5
            );
            await Wait.UntilAsync(async () => await CountAsync(world) == 2 * i, "the message is there", 5);
            output.WriteLine($"back after {watch.Elapsed.TotalSeconds:0.0} s");
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));

            await running.Sandbox.Control.WriteAsync(number.Name, "ouve?");
            await HearAsync(feed);
            await Wait.UntilAsync(async () => await CountAsync(world) == (2 * i) + 1, "and the one after it", 5);
        }

        await relay.StopAsync(Ct);
    }

    [Fact]
    public async Task A_stopped_database_is_answered_503_within_a_second_and_everything_arrives_afterwards()
    {
        const int customers = 10;
        var random = Rounds.Seeded(output);
        await using var world = await running.NewWorldAsync();
        var number = await world.AddNumberAsync(running.Console.Address, Quick);
        await world.WriteAsync(number, customers, 1, 0);
        var conversations = await world.ConversationsAsync(number, customers);
        var replies = new List<string>();
        for (var i = 1; i <= Rounds.Count; i++)
        {
            await world.WriteAsync(number, customers, 60, 10);
            foreach (var conversation in conversations.Take(5))
            {
                replies.Add("resposta " + replies.Count);
                await world.ReplyAsync(conversation, replies[^1]);
            }

            var length = TimeSpan.FromSeconds(Rounds.Long ? 30 : random.Next(2, 6));
            var (stopped, starting) = await StopAWhileAsync(number, length);
            world.ForgetConnections();
            await Wait.UntilAsync(async () => await running.Console.ReadinessAsync() == HttpStatusCode.OK, "ready again");
            running
                .Sandbox.ReadLog()
                .Count(l =>
                    l.Instance == number.Name && l.Kind == "webhook" && l.Began > stopped && l.At < starting && l.Status?.GetInt32() == 200
                )
                .ShouldBe(0, "acknowledged without a database");
        }

        var judge = new Judge(world, running.Sandbox);
        await judge.RestAsync();
        await judge.ArrivalsAsync(except: During);
        await judge.RepliesAsync(replies, Rounds.Count);
        await judge.CountersAsync();
    }

    [Fact]
    public async Task Without_a_free_connection_nothing_is_acknowledged_and_all_goes_on_when_there_is_one()
    {
        await using var world = await running.NewWorldAsync();
        var number = await world.AddNumberAsync(running.Console.Address, Quick);
        await running.Sandbox.Control.WriteAsync(number.Name, "antes");
        await world.ConversationsAsync(number, 1);

        var taken = new List<NpgsqlConnection>();
        try
        {
            // The console is quick to come back for a place that a killed connection left, and one that is being opened is not seen yet: until it has none, and says so.
            await Wait.UntilAsync(
                async () =>
                {
                    await TakeAllAsync(taken);
                    var body = Encoding.UTF8.GetBytes(Hook.Text("durante", During + Hook.NewId()).ToJsonString());
                    return await KillConnectionsAsync(taken[0]) == 0
                        && await running.Console.ReadinessAsync() == HttpStatusCode.ServiceUnavailable
                        && await Webhooks.PostAsync(running.Console.Http, number.Route, body, number.Webhook.Secret)
                            == HttpStatusCode.ServiceUnavailable;
                },
                "the console holds none, is not ready and acknowledges nothing",
                30
            );
            output.WriteLine($"{taken.Count} connections taken");
            await running.Sandbox.Control.WriteAsync(number.Name, "o sandbox tenta de novo");
        }
        finally
        {
            foreach (var connection in taken)
            {
                await connection.DisposeAsync();
            }
        }

        await Wait.UntilAsync(async () => await running.Console.ReadinessAsync() == HttpStatusCode.OK, "ready again", 20);
        var judge = new Judge(world, running.Sandbox);
        await judge.RestAsync();
        await judge.ArrivalsAsync(except: During);
    }

    /// <summary>When it was down, by our clock.</summary>
    private async Task<(DateTimeOffset From, DateTimeOffset To)> StopAWhileAsync(LinkedNumber number, TimeSpan length)
    {
        await running.Cluster.StopAsync();
        var stopped = DateTimeOffset.UtcNow;
        var body = Encoding.UTF8.GetBytes(Hook.Text("durante", During + Hook.NewId()).ToJsonString());
        for (var i = 0; i < 3; i++)
        {
            var watch = Stopwatch.StartNew();
            (await Webhooks.PostAsync(running.Console.Http, number.Route, body, number.Webhook.Secret)).ShouldBe(
                HttpStatusCode.ServiceUnavailable
            );
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2)); // one by the deadline, one for a busy machine
        }

        (await running.Console.ReadinessAsync()).ShouldBe(HttpStatusCode.ServiceUnavailable);
        await Task.Delay(length, Ct); // the load goes on meanwhile
        var starting = DateTimeOffset.UtcNow;
        await running.Cluster.StartAgainAsync();
        return (stopped, starting);
    }

    /// <summary>Every connection the server has left for an ordinary role.</summary>
    private async Task TakeAllAsync(List<NpgsqlConnection> taken)
    {
        var address = new NpgsqlConnectionStringBuilder(running.Cluster.App)
        {
            Pooling = false,
            ApplicationName = "greedy",
        }.ConnectionString;
        while (true)
        {
            var connection = new NpgsqlConnection(address);
            try
            {
                await connection.OpenAsync(Ct);
                taken.Add(connection);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.TooManyConnections)
            {
                await connection.DisposeAsync();
                return;
            }
        }
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
        await using var connection = await world.App.OpenConnectionAsync(Ct);
        return await KillConnectionsAsync(connection);
    }

    private static async Task<long> KillConnectionsAsync(NpgsqlConnection connection)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE usename = current_user AND pid <> pg_backend_pid() AND application_name <> 'greedy'
            """;
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
