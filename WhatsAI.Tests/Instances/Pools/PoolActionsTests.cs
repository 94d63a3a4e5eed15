using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;

namespace WhatsAI.Tests.Instances.Pools;

/// <summary>What persons do with pools, on PostgreSQL.</summary>
public sealed class PoolActionsTests : IAsyncLifetime
{
    private NumberHarness _numbers = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _numbers = await NumberHarness.StartAsync(new Uri("http://127.0.0.1:1"));

    public ValueTask DisposeAsync() => _numbers.DisposeAsync();

    [Fact]
    public async Task Pool_is_what_the_form_says_and_its_version_moves_on()
    {
        var id = await CreateAsync(" Vendas ");
        var made = await PoolAsync(id);
        var pace = new PacePolicy
        {
            DailyCap = 300,
            SlowHours = [new OpenSpan(DayOfWeek.Monday, 720, 810)],
            Window = new SendingWindow([new OpenSpan(DayOfWeek.Friday, 540, 1080)], [new DateOnly(2026, 12, 25)]),
            WarmUp = WarmUpPlan.Published,
        };
        var form = new PoolForm("Vendas SP", PoolStrategy.WeightedByHealth, IsSticky: false, pace, 21, new FailoverPolicy(true));

        await _numbers.DoAsync<PoolActions>(a => a.ChangeAsync(id, form, made.Version, Ct));

        made.Name.ShouldBe("Vendas");
        var now = await PoolAsync(id);
        (now.Name, now.Strategy, now.IsSticky, now.RotationDays, now.Failover.HoldEveryCampaign).ShouldBe(
            ("Vendas SP", PoolStrategy.WeightedByHealth, false, 21, true)
        );
        (now.Pace.DailyCap, now.Pace.Window, now.Pace.WarmUp).ShouldBe((300, pace.Window, WarmUpPlan.Published));
        now.Pace.SlowHours.ShouldBe(pace.SlowHours);
        now.Version.ShouldNotBe(made.Version);
    }

    [Fact]
    public async Task Of_two_who_edit_one_pool_the_second_is_told()
    {
        var id = await CreateAsync();
        var seen = await PoolAsync(id);
        await _numbers.DoAsync<PoolActions>(a => a.ChangeAsync(id, Form("A"), seen.Version, Ct));

        (await RefusedAsync<PoolActions>(a => a.ChangeAsync(id, Form("B"), seen.Version, Ct))).ShouldBe("pool.changed-meanwhile");

        (await PoolAsync(id)).Name.ShouldBe("A");
    }

    [Fact]
    public async Task Policy_that_the_rules_forbid_is_not_kept()
    {
        var id = await CreateAsync();
        var seen = await PoolAsync(id);

        var form = Form("Vendas") with { Pace = new PacePolicy { MinInterval = TimeSpan.FromSeconds(5) } };

        (await RefusedAsync<PoolActions>(a => a.ChangeAsync(id, form, seen.Version, Ct))).ShouldBe("pace.interval-too-short");
        (await PoolAsync(id)).Version.ShouldBe(seen.Version);
    }

    [Fact]
    public async Task Name_is_one_pools_whatever_the_case()
    {
        await CreateAsync("Vendas");
        var other = await CreateAsync("Outro");
        var seen = await PoolAsync(other);

        (await RefusedAsync<PoolActions>(a => a.CreateAsync("VENDAS", Ct))).ShouldBe("pool.name-taken");
        (await RefusedAsync<PoolActions>(a => a.ChangeAsync(other, Form("vendas"), seen.Version, Ct))).ShouldBe("pool.name-taken");
    }

    [Fact]
    public async Task Number_joins_moves_with_its_role_and_leaves_and_each_is_a_line()
    {
        var (sales, billing, number) = (await CreateAsync("Vendas"), await CreateAsync("Cobrança"), await _numbers.CreateAsync());
        await _numbers.DoAsync<PoolMemberActions>(a => a.PlaceAsync(sales, number, MemberRole.Active, Ct));
        await _numbers.DoAsync<PoolMemberActions>(a => a.ChangeRoleAsync(number, MemberRole.Quarantined, Ct));

        // The second click on the same button.
        await _numbers.DoAsync<PoolMemberActions>(a => a.PlaceAsync(billing, number, MemberRole.Active, Ct));
        await _numbers.DoAsync<PoolMemberActions>(a => a.PlaceAsync(billing, number, MemberRole.Active, Ct));
        var moved = (await _numbers.RowAsync(number)).Place!;
        await _numbers.DoAsync<PoolMemberActions>(a => a.RemoveAsync(number, Ct));

        (moved.Pool, moved.Role).ShouldBe((billing, MemberRole.Quarantined));
        (await _numbers.RowAsync(number)).Place.ShouldBeNull();
        (await HistoryAsync(sales)).ShouldBe([
            (null, MemberRole.Active),
            (MemberRole.Active, MemberRole.Quarantined),
            (MemberRole.Quarantined, null),
        ]);
        (await HistoryAsync(billing)).ShouldBe([(null, MemberRole.Quarantined), (MemberRole.Quarantined, null)]);
        (await RefusedAsync<PoolMemberActions>(a => a.RemoveAsync(number, Ct))).ShouldBe("pool.member-gone");
    }

    [Fact]
    public async Task Two_who_place_one_number_at_once_leave_it_in_one_pool()
    {
        var (a, b, number) = (await CreateAsync("A"), await CreateAsync("B"), await _numbers.CreateAsync());

        await Task.WhenAll(
            new[] { a, b }.Select(p => _numbers.DoAsync<PoolMemberActions>(x => x.PlaceAsync(p, number, MemberRole.Active, Ct)))
        );

        (await _numbers.ScalarAsync<long>("SELECT count(*) FROM pool_members WHERE instance_id = $1", number.Value)).ShouldBe(1);
        var joined = await _numbers.ScalarAsync<long>(
            "SELECT count(*) FROM role_changes WHERE instance_id = $1 AND from_role IS NULL",
            number.Value
        );
        var left = await _numbers.ScalarAsync<long>(
            "SELECT count(*) FROM role_changes WHERE instance_id = $1 AND to_role IS NULL",
            number.Value
        );
        (joined, left).ShouldBe((2, 1));
    }

    [Theory]
    [InlineData(MemberRole.Quarantined)]
    [InlineData(MemberRole.Retired)]
    public async Task Number_begins_as_nothing_that_it_must_become(MemberRole role)
    {
        var (pool, number) = (await CreateAsync(), await _numbers.CreateAsync());

        (await RefusedAsync<PoolMemberActions>(a => a.PlaceAsync(pool, number, role, Ct))).ShouldBe("pool.role-forbidden");
    }

    [Fact]
    public async Task Person_changes_a_role_by_the_rules_and_is_named()
    {
        var (pool, number) = (await CreateAsync(), await _numbers.CreateAsync());
        await _numbers.DoAsync<PoolMemberActions>(a => a.PlaceAsync(pool, number, MemberRole.Active, Ct));

        (await RefusedAsync<PoolMemberActions>(a => a.ChangeRoleAsync(number, MemberRole.Warming, Ct))).ShouldBe("pool.role-forbidden");
        await _numbers.DoAsync<PoolMemberActions>(a => a.ChangeRoleAsync(number, MemberRole.Backup, Ct));

        var line = (await _numbers.DoAsync<PoolQueries, IReadOnlyList<PoolHappening>>(q => q.HistoryAsync(pool, null, 1, Ct)))[0];
        (line.To, line.Cause, line.ByName, line.Name).ShouldBe((MemberRole.Backup, RoleCause.ByPerson, "Ana Ribeiro", "Vendas 01"));
        (await PoolAsync(pool)).LastChange.ShouldBe(line);
    }

    [Fact]
    public async Task Number_that_a_person_calls_well_is_forgiven()
    {
        var (pool, number) = (await CreateAsync(), await _numbers.CreateAsync());
        await _numbers.DoAsync<PoolMemberActions>(a => a.PlaceAsync(pool, number, MemberRole.Active, Ct));
        await _numbers.DoAsync<PoolMemberActions>(a => a.ChangeRoleAsync(number, MemberRole.Quarantined, Ct));
        await _numbers.ScalarAsync<object>(
            "INSERT INTO watch_states (tenant_id, instance_id, state, verdict, inbound_only) VALUES ($1, $2, '{\"unackedInRow\":9}', 'Restricted', true)",
            _numbers.Tenant.Value,
            number.Value
        );

        await _numbers.DoAsync<PoolMemberActions>(a => a.ChangeRoleAsync(number, MemberRole.Backup, Ct));

        (
            await _numbers.ScalarAsync<string>("SELECT state->>'unackedInRow' FROM watch_states WHERE instance_id = $1", number.Value)
        ).ShouldBe("0");
    }

    [Fact]
    public async Task Removed_pool_leaves_its_numbers_and_their_history()
    {
        var (pool, number) = (await CreateAsync(), await _numbers.CreateAsync());
        await _numbers.DoAsync<PoolMemberActions>(a => a.PlaceAsync(pool, number, MemberRole.Active, Ct));

        await _numbers.DoAsync<PoolActions>(a => a.RemoveAsync(pool, Ct));

        (await _numbers.RowAsync(number)).Place.ShouldBeNull();
        (await HistoryAsync(pool)).ShouldBe([(null, MemberRole.Active), (MemberRole.Active, null)]);
        (await RefusedAsync<PoolActions>(a => a.RemoveAsync(pool, Ct))).ShouldBe("pool.gone");
    }

    [Fact]
    public async Task Deleted_number_is_in_no_pool()
    {
        var (pool, number) = (await CreateAsync(), await _numbers.CreateAsync());
        await _numbers.DoAsync<PoolMemberActions>(a => a.PlaceAsync(pool, number, MemberRole.Active, Ct));

        await _numbers.DoAsync<InstanceDeletion>(d => d.DeleteAsync(number, Ct));

        (await _numbers.ScalarAsync<long>("SELECT count(*) FROM pool_members WHERE pool_id = $1", pool.Value)).ShouldBe(0);
        (await RefusedAsync<PoolMemberActions>(a => a.PlaceAsync(pool, number, MemberRole.Active, Ct))).ShouldBe("number.gone");
    }

    [Fact]
    public async Task Pause_resume_and_first_day_are_kept_and_written_down_with_their_author()
    {
        var number = await _numbers.CreateAsync();
        var day = new DateOnly(2019, 5, 1);

        await _numbers.DoAsync<PaceActions>(a => a.PauseAsync(number, until: null, Ct));
        var paused = (await _numbers.RowAsync(number)).Pace;
        // The second click writes nothing.
        await _numbers.DoAsync<PaceActions>(a => a.PauseAsync(number, until: null, Ct));
        await _numbers.DoAsync<PaceActions>(a => a.ResumeAsync(number, Ct));
        await _numbers.DoAsync<PaceActions>(a => a.SetInUseSinceAsync(number, day, Ct));

        paused.PausedUntil.ShouldBe(DateTimeOffset.MaxValue);
        var pace = (await _numbers.RowAsync(number)).Pace;
        (pace.PausedUntil, pace.InUseSince).ShouldBe((null, day));
        (await _numbers.LogAsync(number)).ShouldBe(["created", "paused", "resumed", "in-use-set"]);
    }

    [Theory]
    [InlineData("2008-12-31")]
    [InlineData("2999-01-01")]
    public async Task First_day_is_neither_to_come_nor_before_there_was_whatsapp(string day)
    {
        var number = await _numbers.CreateAsync();

        (
            await RefusedAsync<PaceActions>(a =>
                a.SetInUseSinceAsync(number, DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), Ct)
            )
        ).ShouldBe("pace.in-use-invalid");
    }

    [Fact]
    public async Task Agent_may_look_and_change_nothing()
    {
        var (pool, number) = (await CreateAsync(), await _numbers.CreateAsync());
        foreach (
            var act in new Func<Task>[]
            {
                () => _numbers.DoAsync<PoolActions>(a => a.CreateAsync("x", Ct), Role.Agent),
                () => _numbers.DoAsync<PoolActions>(a => a.ChangeAsync(pool, Form("x"), 1, Ct), Role.Agent),
                () => _numbers.DoAsync<PoolActions>(a => a.RemoveAsync(pool, Ct), Role.Agent),
                () => _numbers.DoAsync<PoolMemberActions>(a => a.PlaceAsync(pool, number, MemberRole.Active, Ct), Role.Agent),
                () => _numbers.DoAsync<PoolMemberActions>(a => a.ChangeRoleAsync(number, MemberRole.Backup, Ct), Role.Agent),
                () => _numbers.DoAsync<PoolMemberActions>(a => a.RemoveAsync(number, Ct), Role.Agent),
                () => _numbers.DoAsync<PaceActions>(a => a.PauseAsync(number, null, Ct), Role.Agent),
                () => _numbers.DoAsync<PaceActions>(a => a.ResumeAsync(number, Ct), Role.Agent),
                () => _numbers.DoAsync<PaceActions>(a => a.SetInUseSinceAsync(number, new DateOnly(2020, 1, 1), Ct), Role.Agent),
            }
        )
        {
            (await Should.ThrowAsync<RuleException>(act)).Key.ShouldBe("permission.missing");
        }

        (await _numbers.DoAsync<PoolQueries, PoolRow?>(q => q.FindAsync(pool, Ct), Role.Agent)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Wall_tells_what_the_watch_found()
    {
        var number = await _numbers.CreateAsync();
        await _numbers.ScalarAsync<object>(
            """
            INSERT INTO watch_states (tenant_id, instance_id, state, verdict, cause, verdict_since, inbound_only, score)
            VALUES ($1, $2, '{}', 'Restricted', 'ack-gap', now(), true, 41)
            """,
            _numbers.Tenant.Value,
            number.Value
        );

        var watch = (await _numbers.RowAsync(number)).Watch;

        (watch.Finding!.Verdict, watch.Finding.Cause, watch.Finding.InboundOnly, watch.Score).ShouldBe(
            (Verdict.Restricted, "ack-gap", true, 41)
        );
    }

    private static PoolForm Form(string name) =>
        new(name, PoolStrategy.LeastUsed, IsSticky: true, new PacePolicy(), Rotation.DefaultDays, new FailoverPolicy());

    private Task<PoolId> CreateAsync(string name = "Vendas") => _numbers.DoAsync<PoolActions, PoolId>(a => a.CreateAsync(name, Ct));

    private async Task<PoolRow> PoolAsync(PoolId id) =>
        (await _numbers.DoAsync<PoolQueries, PoolRow?>(q => q.FindAsync(id, Ct))).ShouldNotBeNull();

    private async Task<IReadOnlyList<(MemberRole? From, MemberRole? To)>> HistoryAsync(PoolId id) =>
        [
            .. (await _numbers.DoAsync<PoolQueries, IReadOnlyList<PoolHappening>>(q => q.HistoryAsync(id, null, 50, Ct)))
                .Reverse()
                .Select(h => (h.From, h.To)),
        ];

    private async Task<string> RefusedAsync<TActions>(Func<TActions, Task> act)
        where TActions : notnull => (await Should.ThrowAsync<RuleException>(() => _numbers.DoAsync(act))).Key;
}
