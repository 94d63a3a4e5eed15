using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Instances.Pools.Sending;

namespace WhatsAI.Tests.Crash;

/// <summary>A campaign flows through a pool's numbers on two copies, of which one is killed in the middle: the sandbox's own log says that each message left once.</summary>
[Collection("failures")]
public sealed class CampaignKillTests(ITestOutputHelper output)
{
    private const int Each = 30;

    [Fact]
    public async Task Campaign_is_neither_lost_nor_doubled_whichever_copy_is_killed()
    {
        var random = Rounds.Seeded(output);
        await using var copies = await TwoCopies.StartAsync();
        var world = copies.World;
        for (var i = 0; i < 4; i++)
        {
            await copies.AddNumberAsync(copies.Door.Address, 0, slowMs: 80);
        }

        var pool = await PoolAsync(world);
        // Its words are "Teste 1" to "Teste 10".
        var said = await copies
            .Copies[0]
            .CommandAsync(
                "campaign",
                "feed",
                "--tenant",
                (await world.ScalarAsync<string>("SELECT slug FROM tenants WHERE id = $1"))!,
                "--pool",
                "Vendas",
                "--count",
                "10",
                "--name",
                "Teste",
                "--Sandbox:Enabled=true",
                $"--Sandbox:BaseAddress={copies.Sandbox.Address}"
            );
        said.ShouldContain("10 messages wait at Vendas");
        var words = Enumerable.Range(1, 10).Select(n => $"Teste {n}").ToList();
        using var hurry = new CancellationTokenSource();
        var hurrying = HurryAsync(world, hurry.Token);
        var lane = new CampaignLane(world.App, new EventHub(), new WorkSignal(), new PaceClock());
        for (var round = 1; round <= Rounds.Count; round++)
        {
            var texts = Enumerable.Range(0, Each).Select(i => $"oferta {round}-{i}").ToList();
            words.AddRange(texts);
            var pieces = texts.Select((t, i) => new CampaignPiece(Guid.NewGuid(), new TextBody(t), LaneWorld.Phone((round * 1000) + i)));
            await lane.FeedAsync(world.Tenant, new CampaignFeed(pool, new CampaignId(Guid.NewGuid()), $"Rodada {round}", 0, [.. pieces]));
            var some = Each - random.Next(5, 15);
            await Wait.UntilAsync(async () => await LeftAsync(world) <= some, "some have left", 60);
            var victim = copies.Copies[random.Next(2)];
            var left = await LeftAsync(world);
            await victim.KillHardAsync();
            await Wait.UntilAsync(async () => await LeftAsync(world) == 0, "the pool is empty", 90);
            output.WriteLine($"round {round}: {left} still waited when a copy was killed");
            await victim.StartAgainAsync();
        }

        var judge = new Judge(world, copies.Sandbox);
        await judge.RestAsync(120);
        await hurry.CancelAsync();
        await hurrying;
        var doubtful = await judge.RepliesAsync(words, Rounds.Count * world.Numbers.Count);
        await judge.CountersAsync();
        (await world.ScalarAsync<long>("SELECT sum(waiting) FROM pool_queues WHERE tenant_id = $1")).ShouldBe(0);
        (await world.ScalarAsync<long>("SELECT sum(sent) FROM campaign_signals WHERE tenant_id = $1")).ShouldBe(words.Count);
        (await world.ScalarAsync<long>("SELECT count(*) FROM campaign_sends WHERE tenant_id = $1")).ShouldBe(words.Count);
        output.WriteLine($"{words.Count} messages, {doubtful} in doubt");
    }

    private static Task<long> LeftAsync(CrashWorld world) =>
        world.ScalarAsync<long>("SELECT count(*) FROM pool_messages WHERE tenant_id = $1");

    private static async Task<PoolId> PoolAsync(CrashWorld world)
    {
        var pool = Id.New<PoolId>(DateTimeOffset.UtcNow);
        await world.RunAsync(
            """
            WITH pool AS (
                INSERT INTO pools (id, tenant_id, name, is_official, strategy, is_sticky, pace, rotation_days, failover, created_at)
                VALUES ($2, $1, 'Vendas', false, 'LeastUsed', true, $3::jsonb, 0, '{}', now())
            ), old AS (
                UPDATE instances SET created_at = now() - interval '3 years' WHERE tenant_id = $1
            )
            INSERT INTO pool_members (tenant_id, instance_id, pool_id, role, role_since, cause)
            SELECT $1, id, $2, 'Active', now(), 'ByPerson' FROM instances WHERE tenant_id = $1
            """,
            pool.Value,
            LaneWorld.Json(LaneWorld.Open)
        );
        return pool;
    }

    /// <summary>Time that passes in seconds instead of minutes: what paces is set back a minute, again and again.</summary>
    private static async Task HurryAsync(CrashWorld world, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await world.RunAsync(
                """
                WITH earlier AS (
                    UPDATE pace_states SET last_at = last_at - interval '1 minute', not_before = not_before - interval '1 minute', in_series = 0 WHERE tenant_id = $1
                )
                UPDATE work_list SET due_at = now() WHERE tenant_id = $1 AND kind = 'Outbound' AND due_at > now()
                """
            );
            await Task.Delay(300, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
