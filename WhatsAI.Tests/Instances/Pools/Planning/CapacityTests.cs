using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Instances.Pools.Planning;
using static WhatsAI.Tests.Instances.Pools.Pace.PaceSamples;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Planning;

public sealed class CapacityTests
{
    private static readonly DateTimeOffset _noon = At("2026-11-18T12:00", SaoPaulo);
    private static readonly PoolPolicy _pool = new(new PacePolicy(), PoolStrategy.LeastUsed, IsSticky: true, SaoPaulo);

    [Fact]
    public void What_is_left_is_what_caps_and_the_rest_of_the_day_allow()
    {
        var sent = Warm with { Day = new DateOnly(2026, 11, 18), SentToday = 500 };

        var capacity = PoolCapacity.Of(_pool, [(Number(1), sent), (Number(2), Warm)], Reach.Stranger, _noon);

        capacity.Numbers[0].ShouldBe(new NumberCapacity(Number(1), 600, 500, 100));
        // Nine hours at 66 seconds a message, pauses included.
        capacity.Numbers[1].Left.ShouldBeInRange(485, 500);
        capacity.Spare(capacity.Left!.Value / 2)!.Value.ShouldBe(0.5, 0.01);
        capacity.Spare(10_000).ShouldBe(0);
    }

    [Theory]
    [InlineData("2026-11-18T21:00")]
    [InlineData("2026-11-22T12:00")]
    public void Closed_day_has_nothing_left(string now) =>
        PoolCapacity.Of(_pool, [(Number(1), Warm)], Reach.Known, At(now, SaoPaulo)).Left.ShouldBe(0);

    [Fact]
    public void Paused_and_penalized_numbers_count_for_what_they_still_can()
    {
        PoolCapacity.Of(_pool, [(Number(1), Warm.Paused(null))], Reach.Known, _noon).Left.ShouldBe(0);
        PoolCapacity.Of(_pool, [(Number(1), Warm.Penalized(_noon.AddDays(1)))], Reach.Known, _noon).Numbers[0].Cap.ShouldBe(300);
    }

    [Fact]
    public void Numbers_add_nothing_to_a_portfolio()
    {
        PoolCapacity.OfPortfolio(new PortfolioLimit(2_000, 500)).Left.ShouldBe(1_500);
        PoolCapacity.OfPortfolio(new PortfolioLimit(250, 300)).Left.ShouldBe(0);
        PoolCapacity.OfPortfolio(new PortfolioLimit(null, 300)).Spare(5_000).ShouldBeNull();
    }

    [Fact]
    public void Overload_says_what_slips_and_to_when()
    {
        var start = At("2026-11-18T00:00", SaoPaulo);
        Demand[] demands =
        [
            new("approved", 0, Reach.Known, 400, start, Wanted: start.AddDays(1)),
            new("expired", 1, Reach.Known, 500, start, Wanted: start.AddDays(1)),
        ];

        var plan = OverloadPlan.Of(Run(demands, start))!;

        var slip = plan.Slips.ShouldHaveSingleItem();
        slip.Demand.Key.ShouldBe("expired");
        // 600 a day: 200 of them today, the rest tomorrow.
        (plan.Late, slip.Late).ShouldBe((300, 300));
        plan.AllSentAt!.Value.ShouldBeInRange(start.AddDays(1), start.AddDays(2));
        OverloadPlan.Of(Run([demands[0]], start)).ShouldBeNull("where all goes in time there is nothing to decide");
    }

    [Fact]
    public void What_is_not_out_at_the_end_of_the_plan_is_late_too()
    {
        var start = At("2026-11-18T00:00", SaoPaulo);

        var plan = OverloadPlan.Of(Run([new Demand("huge", 0, Reach.Known, 100_000, start)], start))!;

        plan.AllSentAt.ShouldBeNull();
        plan.Late.ShouldBeGreaterThan(90_000);
    }

    private static Schedule Run(Demand[] demands, DateTimeOffset start) =>
        PoolSimulation.Run(_pool, [new PlannedNumber(Number(1), Warm)], demands, start, start + OverloadPlan.Horizon, seed: 1);

    [Theory]
    [InlineData(150, null, null)]
    [InlineData(151, 1, 2)]
    [InlineData(1_050, 900, 10)]
    [InlineData(1_061, 920, 11)]
    [InlineData(9_999, 9_900, null)]
    public void What_does_not_go_out_by_tomorrow_is_a_shortage(int waiting, int? late, int? days)
    {
        var now = At("2026-11-18T12:00", SaoPaulo);
        var plan = OverloadPlan.Estimate(new PoolCapacity(100, 50, 50, []), waiting, now, SaoPaulo);

        (plan?.Late).ShouldBe(late);
        (plan?.AllSentAt).ShouldBe(days is { } d ? At("2026-11-18T23:59", SaoPaulo).AddDays(d) : null);
        OverloadPlan.Estimate(new PoolCapacity(0, 0, null, []), waiting, now, SaoPaulo).ShouldBeNull("nothing limits it");
    }
}
