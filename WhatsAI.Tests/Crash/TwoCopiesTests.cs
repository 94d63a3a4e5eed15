using System.Diagnostics;
using System.Net;
using System.Text;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging;

namespace WhatsAI.Tests.Crash;

/// <summary>Two consoles on one database: each may die at any time, and the other takes over what it held.</summary>
[Collection("processes")]
public sealed class TwoCopiesTests(ITestOutputHelper output)
{
    private const int Customers = 10;
    private const string TenTimes = "ten-times-";

    [Fact]
    public async Task Whichever_copy_is_killed_the_other_goes_on_with_its_numbers()
    {
        var random = Rounds.Seeded(output);
        await using var copies = await TwoCopies.StartAsync();
        // So slow a gateway that the copy which dies still holds a number.
        await copies.AddNumberAsync(copies.Door.Address, 2, slowMs: 150);
        await copies.AddNumberAsync(copies.Door.Address, Customers);
        await copies.AddNumberAsync(copies.Door.Address, Customers);
        await TenTimesAtOnceAsync(copies);
        await using var composer = new Composer(copies.World, copies.Answered, 2, random);
        for (var i = 1; i <= Rounds.Count; i++)
        {
            // 300 a second for two seconds and more: what is acknowledged and not yet worked off is inherited.
            foreach (var number in copies.World.Numbers)
            {
                await copies.World.WriteAsync(number, Customers, 25, 10);
            }

            await Task.Delay(random.Next(200, 2000), TestContext.Current.CancellationToken);
            var victim = copies.Copies[random.Next(2)];
            await victim.KillHardAsync();
            var killed = Stopwatch.StartNew();
            var sends = copies.Sends();
            var inherited = await copies.World.ScalarAsync<long>("SELECT count(*) FROM journal_pending WHERE tenant_id = $1");
            await composer.UntilAsync(() => copies.Sends().Zip(sends).All(n => n.First > n.Second + 1), "every number sends again", 60);
            killed.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(35), "a lease, and what a busy machine adds");
            output.WriteLine($"round {i}: {inherited} events inherited, every number sends after {killed.Elapsed.TotalSeconds:0.0} s");
            await victim.StartAgainAsync();
        }

        await composer.StopAsync();
        var judge = new Judge(copies.World, copies.Sandbox);
        await judge.RestAsync(180);
        await judge.ArrivalsAsync(except: TenTimes);
        var doubtful = await judge.RepliesAsync([.. composer.Replies], Rounds.Count * copies.World.Numbers.Count);
        await judge.CountersAsync();
        output.WriteLine($"{composer.Replies.Count} replies, {doubtful} in doubt");
    }

    [Fact]
    public async Task A_copy_that_stops_in_good_order_hands_its_numbers_over_at_once()
    {
        await using var copies = await TwoCopies.StartOnNothingAsync();
        for (var i = 0; i < 4; i++)
        {
            await copies.AddNumberAsync(copies.Copies[1].Address, 2, slowMs: 300);
        }

        var random = Rounds.Seeded(output);
        await using var composer = new Composer(copies.World, copies.Answered, 2, random);
        await composer.UntilAsync(() => copies.Sends().All(n => n > 2), "replies flow out", 30);

        await copies.Copies[0].StopAsync();
        var stopped = Stopwatch.StartNew();
        var sends = copies.Sends();
        // Well before the lease of 25 seconds would have run out.
        await composer.UntilAsync(() => copies.Sends().Zip(sends).All(n => n.First > n.Second + 1), "every number sends again", 20);
        output.WriteLine($"every number sends after {stopped.Elapsed.TotalSeconds:0.0} s");

        await composer.StopAsync();
        var judge = new Judge(copies.World, copies.Sandbox);
        await judge.RestAsync();
        (await judge.RepliesAsync([.. composer.Replies], mostInDoubt: 0)).ShouldBe(0);
    }

    /// <summary>One payload ten times at once, on both copies: one message, one unread.</summary>
    private static async Task TenTimesAtOnceAsync(TwoCopies copies)
    {
        var (world, number) = (copies.World, copies.World.Numbers[0]);
        for (var round = 0; round < Rounds.Count; round++)
        {
            var id = $"{TenTimes}{round}";
            var customer = $"551196666{round:0000}";
            var body = Encoding.UTF8.GetBytes(Hook.Text("dez vezes", id, customer + "@s.whatsapp.net", null).ToJsonString());

            var answers = await Task.WhenAll(
                Enumerable
                    .Range(0, 10)
                    .Select(i => Webhooks.PostUntilAnsweredAsync(copies.Copies[i % 2].Http, number.Route, body, number.Webhook.Secret))
            );

            answers.ShouldAllBe(a => a == HttpStatusCode.OK);
            await Wait.UntilAsync(
                async () => await world.ScalarAsync<long>("SELECT count(*) FROM journal_pending WHERE tenant_id = $1") == 0,
                "all ten are processed"
            );
            (
                await world.ScalarAsync<string>(
                    """
                    SELECT count(*) || ' message, ' || min(h.unread) || ' unread' FROM messages m
                    JOIN conversation_heads h ON h.conversation_id = m.conversation_id WHERE m.tenant_id = $1 AND m.provider_id = $2
                    """,
                    id
                )
            ).ShouldBe("1 message, 1 unread");
        }
    }
}
