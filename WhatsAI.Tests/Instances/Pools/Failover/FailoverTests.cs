using Microsoft.Extensions.Logging.Abstractions;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Tests.Messaging;
using static WhatsAI.Tests.Instances.Pools.Failover.FailoverSteps;
using MemberRole = WhatsAI.Core.Instances.Pools.MemberRole;

namespace WhatsAI.Tests.Instances.Pools.Failover;

/// <summary>A failed number's work goes on through another one: once, whole, and whoever does it.</summary>
public sealed class FailoverTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Banned_number_is_replaced_once_however_many_copies_see_it()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Active, MemberRole.Backup, MemberRole.Backup);
        await world.FindAsync(0, Verdict.Banned, TimeSpan.FromSeconds(1));
        await world.FindAsync(2, Verdict.Healthy, TimeSpan.FromDays(1), 70);
        await world.FindAsync(3, Verdict.Healthy, TimeSpan.FromDays(1), 90);

        var started = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Supervisor(world).RunAsync(world.Tenant, world.Pool, Ct)));

        started.SelectMany(s => s).ShouldHaveSingleItem();
        (await RolesAsync(world)).ShouldBe(["Quarantined", "Active", "Backup", "Active"]);
        (await world.First.CountAsync("failovers")).ShouldBe(1);
        (
            await world.First.ScalarAsync<long>(
                "SELECT count(*) FROM pace_states WHERE tenant_id = $1 AND penalty_until > now() + interval '23 hours'"
            )
        ).ShouldBe(2, "who is left sends at half its volume");
        (await world.First.ScalarAsync<long>("SELECT count(*) FROM role_changes WHERE tenant_id = $1")).ShouldBe(2);
        (
            await world.First.ScalarAsync<bool>(
                "SELECT due_at <= now() FROM work_list WHERE tenant_id = $1 AND kind = 'Outbound' AND instance_id = $2",
                world.Numbers[3].Instance.Value
            )
        ).ShouldBeTrue("the backup sends at once");
        (await Supervisor(world).RunAsync(world.Tenant, world.Pool, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_that_fail_together_call_two_backups()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Active, MemberRole.Backup, MemberRole.Backup);
        await world.FindAsync(0, Verdict.Banned, TimeSpan.FromSeconds(1));
        await world.FindAsync(1, Verdict.Banned, TimeSpan.FromSeconds(1));

        (await Supervisor(world).RunAsync(world.Tenant, world.Pool, Ct)).Count.ShouldBe(2);

        (await RolesAsync(world)).ShouldBe(["Quarantined", "Quarantined", "Active", "Active"]);
    }

    [Fact]
    public async Task Eighteen_of_twenty_numbers_of_a_server_that_fall_together_are_one_incident_and_nobody_is_quarantined()
    {
        var world = await PoolWorld.CreateAsync([
            .. Enumerable.Repeat<MemberRole?>(MemberRole.Active, 15),
            .. Enumerable.Repeat<MemberRole?>(MemberRole.Backup, 5),
        ]);
        for (var i = 0; i < 18; i++)
        {
            await world.FindAsync(i, i % 2 == 0 ? Verdict.Dead : Verdict.LoggedOut, TimeSpan.FromMinutes(3));
        }

        (await Supervisor(world).RunAsync(world.Tenant, world.Pool, Ct)).ShouldBeEmpty();

        (await RolesAsync(world)).ShouldNotContain("Quarantined");
        (
            await world.First.ListAsync("SELECT kind FROM alerts WHERE tenant_id = $1 AND cleared_at IS NULL AND kind <> 'NoBackup'")
        ).ShouldBe(["NumbersFellTogether"]);
        await world.FindAsync(0, Verdict.Banned, TimeSpan.FromMinutes(3));
        (await Supervisor(world).RunAsync(world.Tenant, world.Pool, Ct)).ShouldHaveSingleItem("a ban is the number's own");
    }

    [Fact]
    public async Task Numbers_that_fell_and_were_not_looked_at_yet_are_counted_before_one_is_blamed()
    {
        var world = await PoolWorld.CreateAsync(
            MemberRole.Active,
            MemberRole.Active,
            MemberRole.Active,
            MemberRole.Backup,
            MemberRole.Backup
        );
        for (var i = 0; i < 5; i++)
        {
            await world.FindAsync(i, i == 0 ? Verdict.LoggedOut : Verdict.Healthy, TimeSpan.FromSeconds(5), 90);
        }

        await world.First.RunAsync(
            "UPDATE instance_statuses SET state = 'LoggedOut', state_since = now() - interval '5 seconds' WHERE tenant_id = $1 AND instance_id = ANY ($2)",
            world.Numbers.Take(3).Select(n => n.Instance.Value).ToArray()
        );
        (await Supervisor(world).RunAsync(world.Tenant, world.Pool, Ct)).ShouldBeEmpty();

        await world.First.RunAsync(
            "UPDATE instance_statuses SET state = 'Open' WHERE tenant_id = $1 AND instance_id <> $2",
            world.First.Instance.Value
        );
        (await Supervisor(world).RunAsync(world.Tenant, world.Pool, Ct)).ShouldHaveSingleItem("it fell alone");
    }

    [Fact]
    public async Task People_in_conversation_and_what_waits_for_them_go_on_through_the_backup_in_order()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Backup);
        var (old, now) = (world.First, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        await old.DeliverAsync(
            Hook.Text("e o prazo?", Hook.NewId(), "5511977770001@s.whatsapp.net", alt: null, at: now - 60),
            Hook.Text("faz tempo", Hook.NewId(), "5511977770002@s.whatsapp.net", alt: null, at: now - (3 * 86_400)),
            Hook.Text("lá também", Hook.NewId(), "5511977770003@s.whatsapp.net", alt: null, at: now - 50)
        );
        await world
            .Numbers[1]
            .DeliverAsync(Hook.Text("já falei aqui", Hook.NewId(), "5511977770003@s.whatsapp.net", alt: null, at: now - 500));
        var (first, long_, third) = (await ThreadAsync(world, 0, 1), await ThreadAsync(world, 0, 2), await ThreadAsync(world, 0, 3));
        await old.RunAsync(
            "UPDATE conversation_heads SET waiting_since = NULL, status = 'Pending' WHERE tenant_id = $1 AND conversation_id = $2",
            long_.Value
        );
        var sending = await QueueAsync(world, first, "um");
        var claim = await old.ClaimOutboundAsync();
        await old.Queue.BeginAsync(claim, Ct);
        var (two, three) = (await QueueAsync(world, first, "dois"), await QueueAsync(world, first, "três"));
        await FailAsync(world);

        var started = await Supervisor(world).RunAsync(world.Tenant, world.Pool, Ct);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Run(world).FinishAsync(world.Tenant, started.Single(), Ct)));

        var (here, there) = (await ThreadAsync(world, 1, 1), await ThreadAsync(world, 1, 3));
        (await StateAsync(world, sending)).ShouldBe($"Sending {first}", "what was handed over stays where it is");
        (await StateAsync(world, two)).ShouldBe($"Queued {here}");
        (await StateAsync(world, three)).ShouldBe($"Queued {here}");
        (await LinesAsync(world, first)).ShouldBe(["line.failover-to"]);
        (await LinesAsync(world, here)).ShouldBe(["line.failover-from"]);
        (await LinesAsync(world, there)).ShouldBe(["line.failover-from"]);
        (await LinesAsync(world, long_)).ShouldBeEmpty();
        (await HeadAsync(world, first)).ShouldBe("Resolved um 0");
        (await HeadAsync(world, here)).ShouldBe("Open três 0");
        (await HeadAsync(world, there)).ShouldBe("Open já falei aqui 2");
        (await HeadAsync(world, third)).ShouldBe("Resolved lá também 0");
        (
            await old.ScalarAsync<string>(
                "SELECT concat_ws(' ', conversations, replies, finished_at IS NOT NULL) FROM failovers WHERE tenant_id = $1"
            )
        ).ShouldBe("2 2 t");
        (
            await old.ScalarAsync<long>(
                "SELECT count(*) FROM episodes WHERE tenant_id = $1 AND conversation_id = $2 AND resolved_at IS NULL",
                here.Value
            )
        ).ShouldBe(1);
        (await old.ScalarAsync<long>("SELECT count(*) FROM failover_conversations WHERE tenant_id = $1")).ShouldBe(2);
    }

    [Fact]
    public async Task First_message_through_the_backup_stops_the_watch_once()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Backup);
        await world.First.DeliverAsync(Hook.Text("oi", Hook.NewId(), alt: null));
        var thread = await ThreadAsync(world, 0, 1);
        await QueueAsync(world, thread, "um");
        await QueueAsync(world, thread, "dois");
        await FailAsync(world);
        await Run(world).FinishAsync(world.Tenant, (await Supervisor(world).RunAsync(world.Tenant, world.Pool, Ct)).Single(), Ct);
        var backup = world.Numbers[1];

        var claim = await backup.ClaimOutboundAsync();
        var stamps = new List<DateTime?>();
        for (var i = 0; i < 2; i++)
        {
            var attempt = (await backup.Queue.BeginAsync(claim, Ct))!;
            attempt.Body.ShouldBe(new TextBody(i == 0 ? "um" : "dois"));
            await backup.Queue.EndAsync(claim, attempt, LedgerSteps.Taken(Hook.NewId()), Ct);
            stamps.Add(await world.First.ScalarAsync<DateTime>("SELECT first_sent_at FROM failovers WHERE tenant_id = $1"));
        }

        stamps[0].ShouldNotBeNull();
        stamps[1].ShouldBe(stamps[0]);
    }

    [Fact]
    public async Task What_waits_for_a_banned_number_of_a_pool_is_kept_until_it_is_decided_and_fails_where_nobody_takes_over()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active);
        await world.First.DeliverAsync(Hook.Text("oi", Hook.NewId(), alt: null));
        var message = await QueueAsync(world, await ThreadAsync(world, 0, 1), "um");
        await FailAsync(world);

        await world.First.RunAsync("UPDATE instance_statuses SET state_since = now() WHERE tenant_id = $1");
        await world.First.Queue.BeginAsync(await world.First.ClaimOutboundAsync(), Ct);
        (await StateAsync(world, message)).ShouldStartWith("Queued");
        await Run(world).FinishAsync(world.Tenant, (await Supervisor(world).RunAsync(world.Tenant, world.Pool, Ct)).Single(), Ct);
        await world.First.RunAsync("UPDATE instance_statuses SET state_since = now() - interval '1 minute' WHERE tenant_id = $1");
        await world.First.Queue.BeginAsync(await world.First.ClaimOutboundAsync(), Ct);

        (await StateAsync(world, message)).ShouldStartWith("Failed");
        (await world.First.ScalarAsync<string>("SELECT key FROM failovers WHERE tenant_id = $1")).ShouldBe("failover.nobody");
    }

    [Fact]
    public async Task Failover_that_a_killed_copy_left_is_finished_by_whoever_looks_next()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Backup);
        for (var i = 0; i < 30; i++)
        {
            await world.First.DeliverAsync(Hook.Text("oi", Hook.NewId(), $"55119777700{i:00}@s.whatsapp.net", alt: null));
        }

        await FailAsync(world);
        await Supervisor(world).RunAsync(world.Tenant, world.Pool, Ct);

        // Nobody went on with it: the process is gone.
        await Run(world).FinishOfAsync(world.Tenant, world.First.Instance, Ct);

        (
            await world.First.ScalarAsync<int>("SELECT conversations FROM failovers WHERE tenant_id = $1 AND finished_at IS NOT NULL")
        ).ShouldBe(30);
        await world.First.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Who_writes_to_a_number_that_is_out_goes_on_through_who_took_over_and_from_there_through_who_took_over_from_that_one()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Backup, MemberRole.Backup);
        await world.FindAsync(1, Verdict.Healthy, TimeSpan.FromDays(1), 90);
        await world.FindAsync(2, Verdict.Healthy, TimeSpan.FromDays(1), 70);
        await OverAsync(world, 0);
        var finished = await FinishedAsync(world);

        await WriteAsync(world, "e agora?");

        (await IsDueAsync(world, 0)).ShouldBeTrue("nobody waits for the next look at it");
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => FollowAsync(world, 0)));
        var (old, there) = (await ThreadAsync(world, 0, 1), await ThreadAsync(world, 1, 1));
        (await HeadAsync(world, old)).ShouldBe("Resolved e agora? 0");
        (await HeadAsync(world, there)).ShouldBe("Open e agora? 1");
        (await LinesAsync(world, there)).ShouldBe(["line.failover-from"]);
        (await world.First.ScalarAsync<int>("SELECT conversations FROM failovers WHERE tenant_id = $1")).ShouldBe(1);
        (await FinishedAsync(world)).ShouldBe(finished, "its stopwatch stands");

        await OverAsync(world, 1);
        await WriteAsync(world, "alô?");
        await FollowAsync(world, 0);
        (await IsDueAsync(world, 1)).ShouldBeTrue();
        await FollowAsync(world, 1);

        (await HeadAsync(world, await ThreadAsync(world, 2, 1))).ShouldStartWith("Open");
        (await HeadAsync(world, there)).ShouldStartWith("Resolved");
        await world.First.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Who_writes_to_a_number_that_serves_again_is_answered_by_it()
    {
        var world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Backup);
        await OverAsync(world, 0);
        await world.First.RunAsync(
            "UPDATE pool_members SET role = 'Backup' WHERE tenant_id = $1 AND instance_id = $2",
            world.First.Instance.Value
        );

        await WriteAsync(world, "voltou?");

        (await IsDueAsync(world, 0)).ShouldBeFalse();
        await FollowAsync(world, 0);
        (await HeadAsync(world, await ThreadAsync(world, 0, 1))).ShouldBe("Open voltou? 1");
    }

    private static Task<bool> IsDueAsync(PoolWorld world, int number) =>
        world.First.ScalarAsync<bool>(
            "SELECT coalesce(due_at <= now(), false) FROM work_list WHERE tenant_id = $1 AND kind = 'Watch' AND instance_id = $2",
            world.Numbers[number].Instance.Value
        );

    private static Task<DateTime> FinishedAsync(PoolWorld world) =>
        world.First.ScalarAsync<DateTime>("SELECT finished_at FROM failovers WHERE tenant_id = $1");
}
