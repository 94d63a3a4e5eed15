using FsCheck;
using FsCheck.Fluent;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Instances.Pools.Planning;
using static WhatsAI.Tests.Instances.Pools.Pace.PaceSamples;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Planning;

public sealed class PoolSimulationTests
{
    private static readonly DateTimeOffset _monday = At("2026-11-16T00:00", SaoPaulo);
    private static readonly PoolPolicy _pool = new(new PacePolicy(), PoolStrategy.EqualShare, IsSticky: true, SaoPaulo);

    [Fact]
    public void Same_seed_gives_the_same_schedule()
    {
        var demand = new Demand("a", 0, Reach.Stranger, 200, _monday);

        var (first, second) = (Run(_pool, [New(1), New(2)], [demand], 7), Run(_pool, [New(1), New(2)], [demand], 7));

        first.Sends.ShouldBe(second.Sends);
        first.Sends.Count.ShouldBe(200);
        Run(_pool, [New(1), New(2)], [demand], 8).Sends.ShouldNotBe(first.Sends);
    }

    [Fact]
    public void Equal_share_gives_each_number_as_many()
    {
        var sends = Run(_pool, [New(1), New(2), New(3)], [new Demand("a", 0, Reach.Known, 300, _monday)], 1).Sends;

        sends.GroupBy(s => s.Instance).Select(g => g.Count()).ShouldAllBe(n => n >= 95 && n <= 105);
    }

    [Fact]
    public void Priority_goes_first_and_the_rest_is_not_forgotten()
    {
        var (urgent, other) = (new Demand("approved", 0, Reach.Known, 30, _monday), new Demand("expired", 1, Reach.Known, 30, _monday));

        var sends = Run(_pool, [New(1)], [other, urgent], 1).Sends;

        sends.Take(30).ShouldAllBe(s => s.Demand == "approved");
        sends.Skip(30).Select(s => s.Demand).ShouldBe(Enumerable.Repeat("expired", 30));
    }

    [Fact]
    public void A_contact_hears_from_the_number_it_knows_while_that_one_may_send()
    {
        var known = new Demand("a", 0, Reach.Known, 1, _monday.AddHours(12), Talks: Number(2));

        Run(_pool, [New(1), New(2)], [known], 1).Sends.Single().Instance.ShouldBe(Number(2));
        var gone = New(2) with { Leaves = _monday };
        Run(_pool, [New(1), gone], [known], 1)
            .Sends.Single()
            .Instance.ShouldBe(Number(1), "a contact never waits for a number that is gone");
    }

    [Fact]
    public void A_full_warm_up_does_not_keep_others_from_being_written_to()
    {
        var young = new PlannedNumber(Number(1), PaceState.New(new DateOnly(2026, 11, 16)));
        Demand[] demands = [new("strangers", 0, Reach.Stranger, 100, _monday), new("known", 1, Reach.Known, 40, _monday)];

        var day = PoolSimulation.Run(_pool, [young], demands, _monday, _monday.AddDays(1), 1);

        day.Outcomes.ToDictionary(o => o.Demand.Key, o => o.Sent)
            .ShouldBe(new Dictionary<string, int> { ["strangers"] = 20, ["known"] = 40 });
    }

    [Fact]
    public void Number_sends_only_between_its_coming_and_going()
    {
        var (leaves, joins) = (_monday.AddHours(10), _monday.AddHours(11));

        var sends = Run(
            _pool,
            [New(1) with { Leaves = leaves }, New(2) with { Joins = joins }],
            [new Demand("a", 0, Reach.Known, 200, _monday)],
            1
        ).Sends;

        sends.Where(s => s.Instance == Number(1)).ShouldAllBe(s => s.At < leaves);
        sends.Where(s => s.Instance == Number(2)).ShouldAllBe(s => s.At >= joins);
        sends.Select(s => s.Instance).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void Schedule_goes_on_where_the_last_one_ended()
    {
        var demand = new Demand("a", 0, Reach.Known, 900, _monday);

        var morning = PoolSimulation.Run(_pool, [New(1)], [demand], _monday, _monday.AddHours(12), 1);
        var rest = PoolSimulation.Run(
            _pool,
            [new PlannedNumber(Number(1), morning.States[Number(1)])],
            [demand],
            _monday.AddHours(12),
            _monday.AddDays(1),
            2
        );

        (morning.Sends.Count + rest.Sends.Count).ShouldBeLessThanOrEqualTo(600);
        (rest.Sends[0].At - morning.Sends[^1].At).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(45));
    }

    [Fact]
    public void No_capacity_is_wasted_while_somebody_waits() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(8),
            Prop.ForAll(
                Gen.Choose(0, int.MaxValue - 1).ToArbitrary(),
                seed =>
                {
                    var (pool, numbers, demands) = Chance(seed);
                    var sends = PoolSimulation.Run(pool, numbers, demands, _monday, _monday.AddDays(90), seed).Sends;
                    var best = BestSchedule.Of(pool, numbers, demands, _monday, 90);
                    var byDay = sends.ToLookup(s => LocalDays.Of(s.At, pool.Zone).DayNumber - LocalDays.Of(_monday, pool.Zone).DayNumber);
                    var (done, possible) = (0d, 0d);
                    for (var day = 0; day < 90; day++)
                    {
                        (done, possible) = (done + byDay[day].Count(), possible + best[day]);
                        if (day % 10 == 9 && done < possible * 0.95)
                        {
                            return false.Label($"seed {seed}: {done} of {possible:0} after {day + 1} days");
                        }
                    }

                    return (done > 500).Label($"seed {seed}: only {done} sent");
                }
            )
        );

    private static (PoolPolicy, PlannedNumber[], Demand[]) Chance(int seed)
    {
        var random = new Random(seed);
        var first = LocalDays.Of(_monday, SaoPaulo);
        var free = random.Next(2) == 0;
        var reach = free ? Reach.Known : (Reach)random.Next(2);
        var pace = new PacePolicy
        {
            // Without caps it is the intervals that limit.
            DailyCap = free ? PaceFloor.PerDay : random.Next(20, 120),
            HourlyCap = free ? PaceFloor.PerHour : random.Next(5, 80),
            SeriesLength = free ? 0 : random.Next(0, 30),
            MinInterval = TimeSpan.FromSeconds(free ? 90 : 45),
            MaxInterval = TimeSpan.FromSeconds(free ? 150 : 60),
            Window = new SendingWindow(SendingWindow.Default.Spans, [first.AddDays(random.Next(90)), first.AddDays(random.Next(90))]),
        };
        var numbers = Enumerable
            .Range(1, free ? 1 : random.Next(1, 4))
            .Select(n => new PlannedNumber(
                Number(n),
                PaceState.New(first.AddDays(-random.Next(50))),
                random.Next(100),
                random.Next(2) == 0 ? null : _monday.AddDays(random.Next(30)),
                random.Next(2) == 0 ? null : _monday.AddDays(random.Next(40, 90))
            ))
            .ToArray();
        var demands = Enumerable
            .Range(0, 30)
            .Select(i => new Demand(
                $"{i}",
                random.Next(3),
                reach,
                random.Next((free ? 450 : pace.DailyCap) * 6 * numbers.Length),
                _monday.AddDays(random.Next(90))
            ))
            .ToArray();
        return (new PoolPolicy(pace, (PoolStrategy)random.Next(3), IsSticky: false, SaoPaulo), numbers, demands);
    }

    private static PlannedNumber New(int n) => new(Number(n), Warm, 90);

    private static Schedule Run(PoolPolicy pool, PlannedNumber[] numbers, Demand[] demands, int seed) =>
        PoolSimulation.Run(pool, numbers, demands, _monday, _monday.AddDays(3), seed);
}
