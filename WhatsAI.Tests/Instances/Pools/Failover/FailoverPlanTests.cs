using System.Text.Json;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Health;
using static WhatsAI.Tests.Instances.Pools.PoolMembers;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Failover;

public sealed class FailoverPlanTests
{
    private static readonly DateTimeOffset _now = At("2026-11-18T12:00", SaoPaulo);
    private static readonly CampaignSignals _good = new(Guid.NewGuid(), 1_000, OptOuts: 20, Failures: 50, Blocks: 0, Queued: 300);
    private static readonly MemberFacts[] _pool =
    [
        Member(1, MemberRole.Active, Verdict.Banned),
        Member(2, MemberRole.Active),
        Member(3, MemberRole.Active),
        Member(4, MemberRole.Backup, score: 70),
        Member(5, MemberRole.Backup, score: 95),
    ];

    [Fact]
    public void Best_backup_takes_over_and_the_pool_slows_down_for_a_day()
    {
        var plan = Plan(_pool);

        (plan.Promoted, plan.Serves, plan.Key).ShouldBe((Number(5), Number(5), "failover.promoted"));
        plan.Roles.ShouldBe([
            new RoleStep(Number(5), MemberRole.Active, RoleCause.Failover),
            new RoleStep(Number(1), MemberRole.Quarantined, RoleCause.Failed, "banned"),
        ]);
        plan.Slowed.ShouldBe([Number(2), Number(3), Number(5)], ignoreOrder: true);
        plan.SlowedUntil.ShouldBe(_now.AddHours(24));
        plan.Campaigns.ShouldHaveSingleItem().IsHeld.ShouldBeFalse();
    }

    [Fact]
    public void Every_role_of_a_plan_is_allowed()
    {
        foreach (var failed in _pool)
        {
            foreach (var verdict in Enum.GetValues<Verdict>())
            {
                MemberFacts[] members = [.. _pool.Select(m => m == failed ? m with { Finding = Finding(verdict, _now) } : m)];
                foreach (var step in Plan(members, failed: failed.Instance).Roles)
                {
                    RoleRules.May(members.Single(m => m.Instance == step.Instance).Role, step.To, step.Cause).ShouldBeTrue();
                }
            }
        }
    }

    [Fact]
    public void Backup_behind_the_server_that_fell_is_not_called()
    {
        MemberFacts[] members = [.. _pool.Select(m => m.Instance == Number(4) ? m with { Server = Server(2) } : m)];

        Plan(members, down: [Server(1)]).Promoted.ShouldBe(Number(4));
    }

    [Theory]
    [InlineData(Verdict.Banned)]
    [InlineData(Verdict.Flapping)]
    [InlineData(Verdict.Restricted)]
    public void Sick_backup_is_not_called(Verdict verdict)
    {
        MemberFacts[] members = [.. _pool.Select(m => m.Instance == Number(5) ? m with { Finding = Finding(verdict, _now) } : m)];

        Plan(members).Promoted.ShouldBe(Number(4));
    }

    [Fact]
    public void Without_a_backup_the_best_active_one_serves()
    {
        var plan = Plan([.. _pool[..3], Member(6, MemberRole.Warming), Member(7, MemberRole.Quarantined)]);

        (plan.Promoted, plan.Serves, plan.Key).ShouldBe((null, Number(2), "failover.no-backup"));
        plan.Campaigns.ShouldHaveSingleItem().IsHeld.ShouldBeFalse();
    }

    [Fact]
    public void Without_a_backup_the_healthiest_active_one_serves_and_none_behind_a_server_that_fell()
    {
        var plan = Plan(
            [
                _pool[0],
                Member(2, MemberRole.Active, score: 99),
                Member(3, MemberRole.Active, score: 60) with
                {
                    Server = Server(2),
                },
                Member(4, MemberRole.Active, Verdict.Degraded, score: 90) with
                {
                    Server = Server(2),
                },
                Member(5, MemberRole.Active, score: 80) with
                {
                    Server = Server(2),
                },
                Member(6, MemberRole.Active, Verdict.Banned, score: 95) with
                {
                    Server = Server(2),
                },
            ],
            down: [Server(1)]
        );

        (plan.Promoted, plan.Serves, plan.Key).ShouldBe((null, Number(5), "failover.no-backup"));
        Plan([_pool[0], Member(6, MemberRole.Active, Verdict.Restricted)]).Serves.ShouldBeNull();
    }

    [Fact]
    public void With_nobody_left_campaigns_wait_and_it_is_said()
    {
        var plan = Plan([_pool[0]]);

        (plan.Promoted, plan.Serves, plan.Key).ShouldBe((null, null, "failover.nobody"));
        plan.Campaigns.ShouldHaveSingleItem().Why.ShouldBe(["held.nobody"]);
    }

    [Theory]
    [InlineData(1_000, 20, 50, 0, new string[0])]
    [InlineData(1_000, 21, 0, 0, new[] { "held.opt-outs" })]
    [InlineData(1_000, 0, 51, 0, new[] { "held.failures" })]
    [InlineData(1_000, 0, 0, 1, new[] { "held.blocks" })]
    [InlineData(1_000, 21, 51, 1, new[] { "held.blocks", "held.opt-outs", "held.failures" })]
    [InlineData(3, 1, 1, 0, new string[0])]
    [InlineData(3, 2, 0, 0, new[] { "held.opt-outs" })]
    [InlineData(0, 0, 0, 0, new string[0])]
    public void Campaign_with_bad_signals_of_its_own_is_held(int sent, int optOuts, int failures, int blocks, string[] why) =>
        Plan(_pool, campaign: new CampaignSignals(Guid.NewGuid(), sent, optOuts, failures, blocks, 9)).Campaigns.Single().Why.ShouldBe(why);

    [Fact]
    public void Company_may_have_every_campaign_wait() =>
        Plan(_pool, policy: new FailoverPolicy(HoldEveryCampaign: true)).Campaigns.Single().Why.ShouldBe(["held.by-setting"]);

    [Fact]
    public void On_official_numbers_nothing_moves()
    {
        var plan = Plan(_pool, official: true);

        (plan.Promoted, plan.Serves, plan.SlowedUntil, plan.Key).ShouldBe((null, null, null, "failover.official"));
        plan.Roles.ShouldBeEmpty();
        plan.Slowed.ShouldBeEmpty();
        plan.Campaigns.Single().Why.ShouldBe(["held.official"]);
    }

    [Fact]
    public void Flapping_number_is_replaced_but_punishes_nobody()
    {
        var plan = Plan([Member(1, MemberRole.Active, Verdict.Flapping), .. _pool[1..]]);

        plan.Roles[^1].ShouldBe(new RoleStep(Number(1), MemberRole.Quarantined, RoleCause.Flapping, "flapping"));
        (plan.Slowed.Count, plan.SlowedUntil).ShouldBe((0, null));
    }

    [Fact]
    public void Failed_backup_calls_nobody() =>
        Plan([.. _pool[1..4], Member(5, MemberRole.Backup, Verdict.Banned)], failed: Number(5)).Promoted.ShouldBeNull();

    [Fact]
    public void Drill_is_the_same_plan_marked_as_one()
    {
        var (real, drill) = (Plan(_pool), Plan(_pool, drill: true));

        drill.IsDrill.ShouldBeTrue();
        drill.Roles.ShouldBe(real.Roles);
        drill.Slowed.ShouldBe(real.Slowed);
        (drill.Promoted, drill.Serves, drill.SlowedUntil, drill.Key).ShouldBe((real.Promoted, real.Serves, real.SlowedUntil, real.Key));
    }

    [Fact]
    public void Plan_survives_being_stored_so_that_another_copy_can_finish_it()
    {
        var plan = Plan(_pool);

        var json = JsonSerializer.Serialize(plan);

        JsonSerializer.Serialize(JsonSerializer.Deserialize<FailoverPlan>(json)).ShouldBe(json);
        JsonSerializer.Deserialize<FailoverPlan>(json)!.Roles.ShouldBe(plan.Roles);
    }

    [Fact]
    public void Stopwatch_counts_from_the_signal_and_the_first_time_counts()
    {
        var times = new FailoverTimes(_now)
            .Detected(_now.AddSeconds(1))
            .Promoted(_now.AddSeconds(2))
            .FirstSent(_now.AddSeconds(4))
            .FirstSent(_now.AddSeconds(9))
            .Detected(_now.AddSeconds(30));

        (times.Detection, times.Promotion, times.FirstMessage).ShouldBe(
            (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4))
        );
        new FailoverTimes(_now).Detected(_now.AddSeconds(-3)).Detection.ShouldBe(TimeSpan.Zero);
    }

    private static FailoverPlan Plan(
        MemberFacts[] members,
        Core.Instances.InstanceId? failed = null,
        CampaignSignals? campaign = null,
        FailoverPolicy? policy = null,
        bool official = false,
        Core.Instances.GatewayServerId[]? down = null,
        bool drill = false
    )
    {
        var id = failed ?? Number(1);
        return FailoverPlan.For(
            new FailoverCase(
                id,
                members.Single(m => m.Instance == id).Finding,
                members,
                [campaign ?? _good],
                policy ?? new FailoverPolicy(),
                official,
                down ?? [],
                drill
            ),
            _now
        );
    }
}
