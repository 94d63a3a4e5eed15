using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>A campaign that is stopped half way, and people who opt out while their message waits, on the running console; the sandbox's own log says what left.</summary>
[Collection("crash")]
public sealed class SteeredCampaignTests(RunningConsole running, ITestOutputHelper output)
{
    private const int People = 90;
    private const int OptOuts = 4;

    [Fact]
    public async Task Nothing_leaves_a_paused_campaign_and_who_opts_out_meanwhile_never_gets_it()
    {
        await using var world = await running.NewWorldAsync();
        for (var i = 0; i < 3; i++)
        {
            await world.AddNumberAsync(
                running.Console.Address,
                new SandboxBehaviour
                {
                    SlowMs = 100,
                    DeliveredMs = 100,
                    ReadMs = null,
                }
            );
        }

        var pool = await FailoverWorld.PoolAsync(world, [.. Enumerable.Repeat(MemberRole.Active, 3)]);
        await using var campaigns = new WorldCampaigns(world, running.Cluster);
        await campaigns.WithoutPaceAsync();
        var stopped = await campaigns.LaunchAsync(pool, await campaigns.PeopleAsync(People), "Primeira");
        var other = await campaigns.LaunchAsync(pool, await campaigns.PeopleAsync(People, from: 5_000), "Segunda");
        await Wait.UntilAsync(() => Sends("Primeira").Count >= People / 3, "it is half way", 60);

        (await campaigns.PauseAsync(stopped)).ShouldBe(0, "what was on the wire is waited for");
        var at = DateTimeOffset.UtcNow;
        var left = Sends("Primeira").Count;
        left.ShouldBeLessThan(People - OptOuts);
        var others = Sends("Segunda").Count;
        await Wait.UntilAsync(() => Sends("Segunda").Count >= Math.Min(People, others + 20), "the other one flows on", 60);
        Sends("Primeira").Count.ShouldBe(left);

        var waiting = await world.ListAsync(
            """
            SELECT substr(p.phone, 2) FROM pool_messages m JOIN contacts p ON p.tenant_id = $1 AND p.id = m.contact_id
            WHERE m.tenant_id = $1 AND m.campaign_id = $2 ORDER BY m.id LIMIT $3
            """,
            stopped.Value,
            OptOuts
        );
        waiting.Count.ShouldBe(OptOuts, "their messages are in the queue");
        foreach (var phone in waiting)
        {
            await world.WriteAsync(world.Numbers[0], new SandboxWrite { From = phone, Text = "Sair!" });
        }

        await Wait.UntilAsync(
            async () =>
                await world.ScalarAsync<long>("SELECT count(*) FROM contacts WHERE tenant_id = $1 AND consent = 'OptedOut'") == OptOuts,
            "nobody of them is written to any more"
        );
        output.WriteLine($"suppressed {await DelayAsync(world)} after the person wrote");
        Sends("Primeira").ShouldAllBe(s => s.At <= at);

        // Somebody sees to them: a campaign slows down while people wait for agents who are not there.
        await world.RunAsync("UPDATE conversation_heads SET waiting_since = NULL WHERE tenant_id = $1");
        await campaigns.ResumeAsync(stopped);
        await Wait.UntilAsync(
            async () => await campaigns.StateAsync(stopped) == "Completed" && await campaigns.StateAsync(other) == "Completed",
            "both are done",
            90
        );
        Sends("Primeira")
            .Select(s => s.Number!)
            .ShouldBe(
                Enumerable.Range(0, People).Select(WorldCampaigns.PhoneOf).Except(waiting, StringComparer.Ordinal),
                ignoreOrder: true
            );
        (await campaigns.PhonesAsync(stopped, "= 'Skipped' AND reason = 'skipped.opted-out'")).ShouldBe(waiting, ignoreOrder: true);
        Sends("Segunda").Count.ShouldBe(People);
    }

    /// <summary>What WhatsApp took of a campaign.</summary>
    private List<SandboxLogLine> Sends(string campaign) =>
        [.. running.Sandbox.ReadLog().Where(l => l.Kind == "send" && l.Text!.StartsWith(campaign, StringComparison.Ordinal))];

    private async Task<string> DelayAsync(CrashWorld world)
    {
        var wrote = running.Sandbox.ReadLog().Where(l => l.Kind == "received" && l.Instance == world.Numbers[0].Name).Max(l => l.At);
        var noted = await world.ScalarAsync<DateTime>("SELECT max(since) FROM suppressions WHERE tenant_id = $1");
        return $"{(noted - wrote.UtcDateTime).TotalMilliseconds:0} ms";
    }
}
