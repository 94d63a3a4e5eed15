using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>
/// A copy stands still (SIGSTOP, as a machine under water or a paused virtual machine does) until what it claimed is no longer its own, and then goes on
/// as if nothing had happened.
/// </summary>
[Collection("processes")]
public sealed class FrozenCopyTests(ITestOutputHelper output)
{
    [Fact]
    public async Task What_a_copy_claimed_before_it_stood_still_is_no_longer_its_own()
    {
        var random = Rounds.Seeded(output);
        await using var copies = await TwoCopies.StartAsync();
        for (var i = 0; i < 4; i++)
        {
            // Half a second a send: each number has one on the wire most of the time.
            await copies.AddNumberAsync(copies.Copies[1].Address, 2, slowMs: 500);
        }

        await using var composer = new Composer(copies.World, copies.Answered, 1, random);
        await composer.UntilAsync(() => copies.Sends().All(n => n > 0), "replies flow out", 30);
        await Task.Delay(random.Next(100, 1500), TestContext.Current.CancellationToken);

        copies.Copies[0].Freeze();
        var sends = copies.Sends();
        await composer.UntilAsync(() => copies.Sends().Zip(sends).All(n => n.First > n.Second + 2), "the other took every number over", 75);
        copies.Copies[0].Thaw();
        sends = copies.Sends();
        await composer.UntilAsync(() => copies.Sends().Zip(sends).All(n => n.First > n.Second + 2), "every number goes on", 30);

        await composer.StopAsync();
        foreach (var number in copies.World.Numbers)
        {
            await copies.Sandbox.Control.BehaveAsync(number.Name, new { slowMs = 20 });
        }

        var judge = new Judge(copies.World, copies.Sandbox);
        await judge.RestAsync();
        // A request that was on the wire is the one in doubt, and nobody else sends it.
        var doubtful = await judge.RepliesAsync([.. composer.Replies], copies.World.Numbers.Count);
        await judge.ArrivalsAsync();
        await judge.CountersAsync();
        output.WriteLine($"{composer.Replies.Count} replies, {doubtful} in doubt that did not go out");
    }
}
