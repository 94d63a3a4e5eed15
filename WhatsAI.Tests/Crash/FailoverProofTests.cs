using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Instances.Pools.Sending;

namespace WhatsAI.Tests.Crash;

/// <summary>A number fails on the running console; the sandbox's own log says what left through whom, and how soon.</summary>
[Collection("crash")]
public sealed class FailoverProofTests(RunningConsole running, ITestOutputHelper output)
{
    private const int Customers = 8;
    private static readonly TimeSpan _promised = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Banned_number_of_four_is_replaced_within_five_seconds_and_nothing_is_lost_or_sent_twice()
    {
        await using var world = await running.NewWorldAsync();
        for (var i = 0; i < 4; i++)
        {
            await world.AddNumberAsync(
                running.Console.Address,
                new SandboxBehaviour
                {
                    SlowMs = 150,
                    DeliveredMs = 200,
                    ReadMs = 400,
                }
            );
        }

        var pool = await FailoverWorld.PoolAsync(world, [MemberRole.Active, MemberRole.Active, MemberRole.Backup, MemberRole.Backup]);
        var banned = world.Numbers[0];
        await world.WriteAsync(banned, Customers, 1, 0);
        var threads = await world.ConversationsAsync(banned, Customers);
        var words = Enumerable.Range(0, 40).Select(i => $"oferta {i}").ToList();
        var lane = new CampaignLane(world.App, new EventHub(), new WorkSignal(), new PaceClock());
        var pieces = words.Select((t, i) => new CampaignPiece(Guid.NewGuid(), new TextBody(t), LaneWorld.Phone(i))).ToArray();
        await lane.FeedAsync(world.Tenant, new CampaignFeed(pool, new CampaignId(Guid.NewGuid()), "Novembro", 0, pieces));
        await Wait.UntilAsync(() => running.Sandbox.Sends(banned.Name).Count > 0, "the campaign flows through it");
        foreach (var thread in threads)
        {
            for (var i = 0; i < 3; i++)
            {
                words.Add($"resposta {thread} {i}");
                await world.ReplyAsync(thread, words[^1]);
            }
        }

        await running.Sandbox.Control.CloseAsync(banned.Name, 403);
        await Wait.UntilAsync(
            async () =>
                await world.ScalarAsync<bool>(
                    "SELECT bool_and(first_sent_at IS NOT NULL AND finished_at IS NOT NULL) FROM failovers WHERE tenant_id = $1"
                ),
            "somebody took over",
            15
        );
        using var hurry = new CancellationTokenSource();
        var hurrying = FailoverWorld.HurryAsync(world, hurry.Token);
        await Wait.UntilAsync(
            async () => await world.ScalarAsync<long>("SELECT count(*) FROM pool_messages WHERE tenant_id = $1") == 0,
            "the pool is empty",
            120
        );
        var judge = new Judge(world, running.Sandbox);
        await judge.RestAsync(60);
        await hurry.CancelAsync();
        await hurrying;

        var doubtful = await judge.RepliesAsync(words, 2);
        await judge.CountersAsync();
        var serves = await FailoverWorld.ServesAsync(world);
        var backup = world.Numbers.Single(n => n.Id.Value == serves);
        var ban = running.Sandbox.ReadLog().Last(l => l.Instance == banned.Name && l.Kind == "state" && l.Code == 403).At;
        var took = running.Sandbox.Sends(backup.Name).Min(s => s.At) - ban;
        output.WriteLine(await FailoverWorld.StopwatchAsync(world));
        output.WriteLine($"from the event to the backup's first message {took.TotalMilliseconds:0} ms, {doubtful} in doubt");
        took.ShouldBeInRange(TimeSpan.Zero, _promised);
        running.Sandbox.Sends(banned.Name).ShouldAllBe(s => s.At <= ban.AddSeconds(1));
        (await world.ListAsync("SELECT role FROM pool_members WHERE tenant_id = $1 ORDER BY role")).ShouldBe([
            "Active",
            "Active",
            "Backup",
            "Quarantined",
        ]);
        (await world.ScalarAsync<int>("SELECT conversations FROM failovers WHERE tenant_id = $1")).ShouldBe(Customers);
    }

    [Fact]
    public async Task Number_whose_gateway_takes_all_and_delivers_nothing_is_found_by_the_missing_confirmations()
    {
        await using var world = await running.NewWorldAsync();
        await world.AddNumberAsync(running.Console.Address, new SandboxBehaviour { Receipts = false });
        await world.AddNumberAsync(running.Console.Address, new SandboxBehaviour { DeliveredMs = 100, ReadMs = 200 });
        await FailoverWorld.PoolAsync(world, [MemberRole.Active, MemberRole.Backup]);
        var deaf = world.Numbers[0];
        await world.RunAsync("UPDATE instance_statuses SET own_jid = '5511988880001@s.whatsapp.net' WHERE tenant_id = $1");
        await world.RunAsync("UPDATE work_list SET due_at = now() WHERE tenant_id = $1 AND kind = 'Watch'");
        await Wait.UntilAsync(
            async () =>
                await world.ScalarAsync<long>("SELECT count(*) FROM watch_states WHERE tenant_id = $1 AND acks_counted_to IS NOT NULL")
                == 2,
            "both are looked at"
        );
        await world.WriteAsync(deaf, Customers, 1, 0);
        foreach (var thread in await world.ConversationsAsync(deaf, Customers))
        {
            await world.ReplyAsync(thread, $"alguém aí? {thread}");
        }

        await Wait.UntilAsync(() => running.Sandbox.Sends(deaf.Name).Count == Customers, "the gateway takes them");
        await Wait.UntilAsync(
            async () =>
                await world.ScalarAsync<long>("SELECT count(*) FROM messages WHERE tenant_id = $1 AND delivery = 'Sent'") == Customers,
            "all are sent"
        );
        // Two minutes pass without a receipt.
        await world.RunAsync(
            "UPDATE messages SET attempted_at = attempted_at - interval '3 minutes' WHERE tenant_id = $1 AND delivery = 'Sent'"
        );
        await world.RunAsync("UPDATE watch_states SET acks_counted_to = acks_counted_to - interval '1 hour' WHERE tenant_id = $1");
        await world.RunAsync("UPDATE work_list SET due_at = now() WHERE tenant_id = $1 AND kind = 'Watch'");

        await Wait.UntilAsync(
            async () =>
                await world.ScalarAsync<string>("SELECT cause FROM failovers WHERE tenant_id = $1 AND finished_at IS NOT NULL")
                == "ack-gap",
            "the gap is found",
            10
        );
        (await world.ScalarAsync<int>("SELECT conversations FROM failovers WHERE tenant_id = $1")).ShouldBe(Customers);
        var here = await world.ConversationsAsync(world.Numbers[1], Customers);
        await world.ReplyAsync(here[0], "agora sim");
        await Wait.UntilAsync(
            async () =>
                await world.ScalarAsync<long>("SELECT count(*) FROM failovers WHERE tenant_id = $1 AND first_sent_at IS NOT NULL") == 1,
            "the answer goes through the backup"
        );
        running.Sandbox.Sends(world.Numbers[1].Name).ShouldHaveSingleItem().Text.ShouldBe("agora sim");
        running.Sandbox.Sends(deaf.Name).Count.ShouldBe(Customers, "what was taken is repeated by nobody");
        output.WriteLine(await FailoverWorld.StopwatchAsync(world));
    }

    [Fact]
    public async Task Eighteen_of_twenty_numbers_that_fall_together_are_one_trouble_of_their_server_and_start_no_failover()
    {
        await using var world = await running.NewWorldAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => world.AddNumberAsync(running.Console.Address)));
        await world.RunAsync(
            """
            WITH one AS (
                UPDATE instances SET gateway_server_id = (SELECT min(id::text)::uuid FROM gateway_servers WHERE tenant_id = $1) WHERE tenant_id = $1
            )
            UPDATE instance_statuses SET own_jid = '5511988880001@s.whatsapp.net', state_since = now() - interval '1 day' WHERE tenant_id = $1
            """
        );
        await FailoverWorld.PoolAsync(world, [.. Enumerable.Range(0, 20).Select(i => i < 15 ? MemberRole.Active : MemberRole.Backup)]);

        await Task.WhenAll(world.Numbers.Take(18).Select(n => running.Sandbox.Control.CloseAsync(n.Name, 401)));

        await Wait.UntilAsync(
            async () =>
                await world.ScalarAsync<long>(
                    "SELECT count(*) FROM watch_states WHERE tenant_id = $1 AND verdict = 'LoggedOut' AND judged_at > verdict_since + interval '4 seconds'"
                ) == 18,
            "every one was looked at after the time in which a failover would begin",
            30
        );
        await Wait.UntilAsync(
            async () => await world.ScalarAsync<long>("SELECT count(*) FROM alerts WHERE tenant_id = $1") > 0,
            "it is told",
            30
        );
        (
            await world.ListAsync(
                "SELECT concat_ws(' ', kind, said_count, said_of) FROM alerts WHERE tenant_id = $1 AND kind <> 'NoBackup'"
            )
        ).ShouldBe(["NumbersFellTogether 18 20"]);
        (await world.ScalarAsync<long>("SELECT count(*) FROM failovers WHERE tenant_id = $1")).ShouldBe(0);
        (await world.ScalarAsync<long>("SELECT count(*) FROM role_changes WHERE tenant_id = $1")).ShouldBe(0, "nobody is quarantined");

        await running.Sandbox.Control.CloseAsync(world.Numbers[18].Name, 403);
        await Wait.UntilAsync(
            async () =>
                await world.ScalarAsync<long>("SELECT count(*) FROM pool_members WHERE tenant_id = $1 AND role = 'Quarantined'") == 1,
            "a ban is the number's own, whatever its server has"
        );
    }
}
