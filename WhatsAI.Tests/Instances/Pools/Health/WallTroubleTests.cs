using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Instances.Pools.Health;

/// <summary>What the wall says of a server's trouble and of failovers, to whom.</summary>
public sealed class WallTroubleTests : IAsyncLifetime
{
    private TestServices _services = null!;
    private PoolWorld _world = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _services = await TestServices.StartAsync();
        _world = await PoolWorld.CreateAsync(MemberRole.Active, MemberRole.Active, MemberRole.Backup, MemberRole.Backup);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task Server_whose_numbers_fell_is_told_once_with_the_numbers_that_the_reader_sees()
    {
        await FallAsync(Verdict.Dead, 3);
        await StandbyAsync(1, moved: false);

        var all = (await ReadAsync(0, 1, 2, 3)).Servers.ShouldHaveSingleItem();
        (all.Fallen.Count, all.Numbers.Count, all.Unreachable).ShouldBe((3, 4, false));
        all.ServerName.ShouldNotBeEmpty();
        (all.Standbys.ShouldHaveSingleItem().Number, all.Standbys[0].GoesByItself).ShouldBe((Number(1), true));

        var some = (await ReadAsync(0, 3)).Servers.ShouldHaveSingleItem();
        (some.Fallen.ShouldHaveSingleItem(), some.Numbers.Count, some.Standbys.Count).ShouldBe((Number(0), 2, 0));
        (await ReadAsync(3)).Servers.ShouldBeEmpty("none of his fell");
        await using var stranger = _services.Enter(await _services.NewTenantAsync());
        (await stranger.ServiceProvider.GetRequiredService<InstanceQueries>().TroublesAsync(Ct)).Servers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Failover_is_told_while_it_is_under_way_and_names_only_whom_the_reader_sees()
    {
        var running = await FailoverAsync(0, serves: 2, finished: false, drill: false);
        await FailoverAsync(1, serves: 2, finished: true, drill: false);
        var drill = await FailoverAsync(3, serves: 2, finished: true, drill: true);

        var all = (await ReadAsync(0, 1, 2, 3)).Failovers;
        all.Select(f => f.Id).ShouldBe([running, drill], ignoreOrder: true);
        all.ShouldAllBe(f => f.ServesName != null);
        var some = (await ReadAsync(0, 1)).Failovers.ShouldHaveSingleItem();
        (some.Id, some.Serves, some.ServesName).ShouldBe((running, null, null));
    }

    [Fact]
    public async Task Failover_is_told_as_long_as_its_number_is_out()
    {
        var done = await FailoverAsync(0, serves: 1, finished: true, drill: false);
        (await ReadAsync(0, 1)).Failovers.ShouldBeEmpty();

        await _world.First.RunAsync(
            "UPDATE pool_members SET role = 'Quarantined' WHERE tenant_id = $1 AND instance_id = $2",
            Number(0).Value
        );

        var told = (await ReadAsync(0, 1)).Failovers.ShouldHaveSingleItem();
        (told.Id, told.IsDone, told.IsAlone, told.Serves).ShouldBe((done, true, false, Number(1)));
        var hidden = (await ReadAsync(0)).Failovers.ShouldHaveSingleItem();
        (hidden.ServesName, hidden.IsAlone).ShouldBe((null, false), "who does not see the other one is not told that nobody serves");
        (await ReadAsync(1)).Failovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Numbers_that_moved_to_their_second_server_wait_for_a_scan_and_are_no_trouble_of_that_server()
    {
        await _world.First.RunAsync("UPDATE instance_statuses SET state = 'LoggedOut', close_code = NULL WHERE tenant_id = $1");
        await FallAsync(Verdict.LoggedOut, 3);
        (await ReadAsync(0, 1, 2, 3)).Servers.ShouldHaveSingleItem().Fallen.Count.ShouldBe(3);

        for (var number = 0; number < 3; number++)
        {
            await StandbyAsync(number, moved: true);
        }

        (await ReadAsync(0, 1, 2, 3)).Servers.ShouldBeEmpty();
        (await FindingAsync(0)).ShouldBe((Verdict.LoggedOut, "moved"));
        (await FindingAsync(3)).ShouldBe((Verdict.LoggedOut, "closed.401"));
    }

    [Fact]
    public async Task Numbers_of_one_trouble_count_as_one_in_the_rail_and_a_banned_one_by_itself()
    {
        await FallAsync(Verdict.Dead, 3);
        await StateAsync("Disconnected", 0, 1, 2);
        await StateAsync("Banned", 3);

        (await CountAsync(0, 1, 2, 3)).ShouldBe(2);
        (await CountAsync(0)).ShouldBe(1);
        (await CountAsync(3)).ShouldBe(1);
        await StateAsync("Open", 2);
        await _world.FindAsync(2, Verdict.Healthy, TimeSpan.FromMinutes(1));
        (await CountAsync(0, 1, 2, 3)).ShouldBe(3, "two are no trouble of the server");

        async Task<int> CountAsync(params int[] seen)
        {
            var access = new MemberAccess(Role.Admin, [.. seen.Select(Number)]);
            await using var scope = _services.Enter(_world.Tenant, Id.New<UserId>(DateTimeOffset.UtcNow), access);
            return (await scope.ServiceProvider.GetRequiredService<AttentionQueries>().ReadAsync(Ct)).Alerts;
        }
    }

    private Task StateAsync(string state, params int[] numbers) =>
        _world.First.RunAsync(
            "UPDATE instance_statuses SET state = $2, state_since = now() - interval '3 minutes' WHERE tenant_id = $1 AND instance_id = ANY ($3)",
            state,
            numbers.Select(n => Number(n).Value).ToArray()
        );

    private InstanceId Number(int n) => _world.Numbers[n].Instance;

    private async Task<WallTroubles> ReadAsync(params int[] seen)
    {
        var access = new MemberAccess(Role.Admin, [.. seen.Select(Number)]);
        await using var scope = _services.Enter(_world.Tenant, Id.New<UserId>(DateTimeOffset.UtcNow), access);
        return await scope.ServiceProvider.GetRequiredService<InstanceQueries>().TroublesAsync(Ct);
    }

    private async Task FallAsync(Verdict verdict, int numbers)
    {
        for (var number = 0; number < numbers; number++)
        {
            await _world.FindAsync(number, verdict, TimeSpan.FromMinutes(3));
        }
    }

    private Task StandbyAsync(int number, bool moved) =>
        _world.First.RunAsync(
            """
            INSERT INTO standbys (tenant_id, instance_id, server_id, after_probes, failed_probes, is_away, moved_at, moved_by_itself, has_old_session, chosen_at)
            SELECT s.tenant_id, s.instance_id, g.id, 3, 0, $3, CASE WHEN $3 THEN s.state_since END, $3, false, now()
            FROM instance_statuses s JOIN instances i ON i.tenant_id = s.tenant_id AND i.id = s.instance_id
            JOIN gateway_servers g ON g.tenant_id = s.tenant_id AND g.id <> i.gateway_server_id
            WHERE s.tenant_id = $1 AND s.instance_id = $2 LIMIT 1
            """,
            Number(number).Value,
            moved
        );

    private async Task<FailoverId> FailoverAsync(int number, int serves, bool finished, bool drill)
    {
        var (id, now) = (Id.New<FailoverId>(DateTimeOffset.UtcNow), DateTimeOffset.UtcNow);
        await using var db = await TestDatabase.DbAsync(_world.Tenant);
        db.Failovers.Add(
            new FailoverRow
            {
                Id = id,
                TenantId = _world.Tenant,
                PoolId = _world.Pool,
                InstanceId = Number(number),
                ServesId = Number(serves),
                Key = "failover.promoted",
                Verdict = Verdict.Banned,
                Cause = "closed.403",
                IsDrill = drill,
                SignalAt = now,
                DetectedAt = now,
                FinishedAt = finished ? now : null,
            }
        );
        await db.SaveChangesAsync(Ct);
        return id;
    }

    private async Task<(Verdict Verdict, string Cause)> FindingAsync(int number)
    {
        await using var transaction = await _world.First.Database.BeginAsync(_world.Tenant, Ct);
        var habits = new TrafficHabits(TimeProvider.System);
        var looked = await NumberLook.TakeAsync(transaction.Connection, _world.Tenant, Number(number), habits, Ct);
        return (looked!.Finding.Verdict, looked.Finding.Cause);
    }
}
