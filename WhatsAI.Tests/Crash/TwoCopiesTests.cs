using System.Diagnostics;
using System.Net;
using System.Text;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Crash;

/// <summary>Two consoles on one database: each may die at any time, and the other takes over what it held.</summary>
[Collection("crash")]
public sealed class TwoCopiesTests(ITestOutputHelper output)
{
    private const int Customers = 8;

    [Fact]
    public async Task One_copy_is_killed_and_the_other_goes_on_with_its_numbers()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var sandbox = new SandboxProcess();
        await sandbox.InitializeAsync();
        await using var cluster = await OwnCluster.StartAsync();
        await using var one = await ConsoleProcess.StartAsync(cluster.Settings);
        await using var world = new CrashWorld(cluster.App, cluster.Owner, sandbox);
        await world.AddTenantAsync();
        // So slow a gateway that the first copy still holds this number when it dies.
        var slow = await NumberAsync(world, one, 1000);
        var first = Enumerable.Range(0, 30).Select(i => $"devagar {i}").ToList();
        foreach (var text in first)
        {
            await world.ReplyAsync(slow[0], text);
        }

        await using var other = await ConsoleProcess.StartAsync(cluster.Settings);
        List<ConversationId> answered = [.. await NumberAsync(world, other, 40), .. await NumberAsync(world, other, 40)];
        await TenTimesAtOnceAsync(world, one, other);
        foreach (var number in world.Numbers.Skip(1))
        {
            await world.WriteAsync(number, Customers, 60, 2);
        }

        await using var composer = new Composer(world, answered, 4, random);
        await composer.UntilAsync(() => world.Numbers.Skip(1).All(n => sandbox.Sends(n.Name).Count > 5), "replies flow out", 30);
        // A burst that the copy has acknowledged and not yet worked off when it dies: the other inherits it.
        await world.WriteAsync(world.Numbers[0], Customers, 40, 0);
        await Wait.UntilAsync(() => AcknowledgedBy(sandbox, world.Numbers[0]) == Customers * 41, "the burst is acknowledged");
        await one.KillHardAsync();
        var inherited = await world.ScalarAsync<long>("SELECT count(*) FROM journal_pending WHERE tenant_id = $1");
        var killed = Stopwatch.StartNew();
        await sandbox.Control.BehaveAsync(world.Numbers[0].Name, new { slowMs = 40 });
        var sends = world.Numbers.ToDictionary(n => n, n => sandbox.Sends(n.Name).Count);
        await composer.UntilAsync(() => world.Numbers.All(n => sandbox.Sends(n.Name).Count > sends[n] + 1), "every number sends again", 60);
        var resumed = killed.Elapsed;
        await composer.StopAsync();

        var judge = new Judge(world, sandbox);
        await judge.RestAsync();
        await judge.ArrivalsAsync(except: "tenfold");
        var doubtful = await judge.RepliesAsync([.. first, .. composer.Replies], world.Numbers.Count);
        await judge.CountersAsync();
        resumed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        output.WriteLine(
            $"{inherited} events inherited, resumed after {resumed.TotalSeconds:0.0} s, {composer.Replies.Count} replies, {doubtful} in doubt"
        );
    }

    private static async Task<IReadOnlyList<ConversationId>> NumberAsync(CrashWorld world, ConsoleProcess console, int slowMs)
    {
        var behaviour = new SandboxBehaviour
        {
            SlowMs = slowMs,
            DeliveredMs = 200,
            ReadMs = 400,
        };
        var number = await world.AddNumberAsync(console.Address, behaviour);
        await world.WriteAsync(number, Customers, 1, 0);
        return [.. (await world.ConversationsAsync(number, Customers)).Take(Customers / 2)];
    }

    private static int AcknowledgedBy(SandboxProcess sandbox, LinkedNumber number) =>
        sandbox
            .ReadLog()
            .Count(l => l is { Kind: "webhook", Event: "messages.upsert" } && l.Instance == number.Name && l.Status?.GetInt32() == 200);

    /// <summary>One payload ten times at once, on both copies: one message, one unread.</summary>
    private static async Task TenTimesAtOnceAsync(CrashWorld world, ConsoleProcess one, ConsoleProcess other)
    {
        var number = world.Numbers[0];
        var body = Encoding.UTF8.GetBytes(Hook.Text("dez vezes", "tenfold", "5511966660001@s.whatsapp.net", null).ToJsonString());

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(i => Webhooks.PostAsync((i % 2 == 0 ? one : other).Http, number.Route, body, number.Webhook.Secret))
        );

        answers.ShouldAllBe(a => a == HttpStatusCode.OK);
        await Wait.UntilAsync(
            async () => await world.ScalarAsync<long>("SELECT count(*) FROM journal_pending WHERE tenant_id = $1") == 0,
            "all ten are processed"
        );
        (await world.ScalarAsync<long>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND provider_id = 'tenfold'")).ShouldBe(1);
        (
            await world.ScalarAsync<int>(
                "SELECT h.unread FROM conversation_heads h JOIN messages m ON m.conversation_id = h.conversation_id WHERE m.tenant_id = $1 AND m.provider_id = 'tenfold'"
            )
        ).ShouldBe(1);
    }
}
