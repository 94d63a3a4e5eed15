using System.Diagnostics;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Planning;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Instances.Pools.Planning;
using static WhatsAI.Tests.Instances.Pools.Pace.PaceSamples;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Campaigns.Planning;

public sealed class FlightPlanTests
{
    // A Friday.
    private static readonly DateTimeOffset _now = At("2026-11-20T14:00", SaoPaulo);
    private static readonly DateTimeOffset _monday = At("2026-11-23T09:00", SaoPaulo);
    private static readonly PoolPolicy _pool = new(new PacePolicy(), PoolStrategy.EqualShare, IsSticky: true, SaoPaulo);
    private static readonly AudienceCount _audience = new(2_300, 2_000, new Dictionary<Exclusion, int> { [Exclusion.OptedOut] = 300 });

    // Two that send and a backup.
    private static readonly FlightNumber[] _numbers =
    [
        new(Number(1), MemberRole.Active, Warm, 90),
        new(Number(2), MemberRole.Active, Warm, 90),
        new(Number(3), MemberRole.Backup, Warm, 90),
    ];

    private static readonly FlightCase _case = new(
        _pool,
        _numbers,
        [new FlightGroup(Reach.Known, 1_500), new FlightGroup(Reach.Stranger, 500)],
        [],
        _audience,
        _monday
    );

    [Fact]
    public void Every_recipient_has_his_place_in_the_plan()
    {
        var plan = Plan(_case);

        (plan.People, plan.LeftOut).ShouldBe((2_000, _audience));
        plan.Lanes.Sum(l => l.Total).ShouldBe(2_000);
        plan.StartsAt!.Value.ShouldBeInRange(_monday, _monday.AddMinutes(2));
        plan.Lanes.SelectMany(l => l.Days).ShouldAllBe(d => d.Sends <= d.Cap && d.Sends <= 600);
        plan.Lanes[0].Days[0].Day.ShouldBe(new DateOnly(2026, 11, 23));
    }

    [Fact]
    public void End_lies_where_it_is_reckoned_by_hand_and_within_its_range()
    {
        var plan = Plan(_case);

        // 600 a number on Monday, the other 400 on Tuesday one mean gap after the other.
        var byHand = At("2026-11-24T09:00", SaoPaulo) + (400 * _pool.Pace.MeanGap);
        plan.Ends!.From.ShouldBeLessThan(plan.Ends.To);
        byHand.ShouldBeInRange(plan.Ends.From.AddMinutes(-20), plan.Ends.To.AddMinutes(20));
        (plan.Ends.To - plan.Ends.From).ShouldBeLessThan(TimeSpan.FromHours(1));
        plan.Runs.ShouldBe(40);
    }

    [Fact]
    public void Same_seed_gives_the_same_plan()
    {
        Plan(_case).Ends.ShouldBe(Plan(_case).Ends);
        Plan(_case, 2).Ends.ShouldNotBe(Plan(_case).Ends);
    }

    [Fact]
    public void Backup_stands_by_and_adds_nothing_to_the_capacity()
    {
        var plan = Plan(_case);

        plan.Lanes[2].Role.ShouldBe(MemberRole.Backup);
        plan.Lanes[2].Days.ShouldAllBe(d => d.Cap == 0 && d.Sends == 0);
        plan.Used.ShouldBe(2_000 / 2_400d, 1e-9);
        plan.Idle.ShouldBe(1 - plan.Used, 1e-9);
        Risks(plan).ShouldContain(FlightRisk.LittleSpare);
    }

    [Fact]
    public void What_waits_in_the_pool_goes_first_and_takes_its_room()
    {
        var plan = Plan(_case with { Before = [new Demand("other", 3, Reach.Known, 1_200, _monday)] });

        (plan.Lanes[0].Days[0].Sends, plan.Lanes[0].Days[0].Others).ShouldBe((0, 600));
        plan.StartsAt!.Value.ShouldBeGreaterThanOrEqualTo(_monday.AddDays(1));
        plan.Ends!.From.ShouldBeGreaterThan(Plan(_case).Ends!.To);
    }

    [Fact]
    public void Strangers_wait_for_the_warm_up()
    {
        var young = new FlightNumber(Number(1), MemberRole.Warming, PaceState.New(new DateOnly(2026, 11, 23)));

        var plan = Plan(_case with { Numbers = [young], Groups = [new FlightGroup(Reach.Stranger, 30)] });

        plan.Lanes[0].Days.Select(d => (d.Sends, d.Cap)).ShouldBe([(20, 20), (10, 20)]);
    }

    [Fact]
    public void Fall_of_a_number_says_when_it_would_end_then()
    {
        var (plan, without) = (Plan(_case), Plan(_case with { Numbers = [.. _numbers.Take(2)] }));

        var fall = Of(plan, FlightRisk.OneNumberFalls);
        fall.At!.Value.ShouldBeInRange(_monday, _monday.AddDays(1));
        (fall.EndsAt!.Value - plan.Ends!.To).Duration().ShouldBeLessThan(TimeSpan.FromHours(8), "the backup takes over");
        Of(without, FlightRisk.OneNumberFalls).EndsAt!.Value.ShouldBeGreaterThan(fall.EndsAt.Value.AddHours(8));
        Of(without, FlightRisk.TwoNumbersFall).EndsAt.ShouldBeNull("nobody is left");
    }

    [Fact]
    public void Number_near_its_cap_is_named_with_its_moment()
    {
        var warning = Of(Plan(_case), FlightRisk.NearCap);

        // The 480th of 600 messages.
        warning.At!.Value.ShouldBeInRange(_monday.AddHours(7), _monday.AddHours(11));
        Risks(Plan(_case with { Groups = [new FlightGroup(Reach.Known, 100)] })).ShouldNotContain(FlightRisk.NearCap);
    }

    [Fact]
    public void Answers_and_their_peak_are_expected_from_earlier_campaigns()
    {
        var plan = Plan(_case with { ReplyShare = 0.12, AnswersPerHour = 10 });

        // 240, and two standard errors of 14.5.
        plan.Replies.ShouldBe(new FlightRange<int>(210, 270));
        plan.PeakReplies!.Value.ShouldBeInRange(11, 16);
        Of(plan, FlightRisk.TooManyReplies).Value.ShouldBe(plan.PeakReplies);
        Risks(Plan(_case with { ReplyShare = 0.12, AnswersPerHour = 100 })).ShouldNotContain(FlightRisk.TooManyReplies);
        Plan(_case).Replies.ShouldBeNull();
    }

    [Fact]
    public void Cost_is_that_of_each_message()
    {
        Plan(_case with { Price = 0.35m }).Cost.ShouldBe(700m);
        Plan(_case).Cost.ShouldBeNull();
    }

    [Fact]
    public void Plan_that_does_not_end_says_how_many_are_not_reached()
    {
        var plan = Plan(_case with { Numbers = [_numbers[0]], Groups = [new FlightGroup(Reach.Known, 40_000)] });

        plan.Ends.ShouldBeNull();
        plan.Warnings[0].Risk.ShouldBe(FlightRisk.DoesNotEnd);
        (plan.Warnings[0].Value + plan.Lanes[0].Total).ShouldBe(40_000);
    }

    [Fact]
    public void Pool_without_anybody_who_sends_says_so()
    {
        var plan = Plan(_case with { Numbers = [_numbers[2]] });

        plan.Warnings.ShouldBe([new FlightWarning(FlightRisk.NoNumbers)]);
        (plan.StartsAt, plan.Ends, plan.Used).ShouldBe((null, null, 0d));
    }

    [Fact]
    public void Large_plan_is_made_while_a_person_waits()
    {
        var watch = Stopwatch.StartNew();

        var plan = Plan(
            _case with
            {
                Numbers = [.. Enumerable.Range(1, 20).Select(i => new FlightNumber(Number(i), MemberRole.Active, Warm))],
                Groups = [new FlightGroup(Reach.Known, 100_000)],
            }
        );

        plan.Ends.ShouldNotBeNull();
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    private static FlightPlan Plan(FlightCase flight, int seed = 1) => FlightPlanning.Plan(flight, _now, seed);

    private static IEnumerable<FlightRisk> Risks(FlightPlan plan) => plan.Warnings.Select(w => w.Risk);

    private static FlightWarning Of(FlightPlan plan, FlightRisk risk) => plan.Warnings.Single(w => w.Risk == risk);
}
