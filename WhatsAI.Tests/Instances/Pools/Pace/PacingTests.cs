using System.Text.Json;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Instances.Pools.Pace;
using static WhatsAI.Tests.Instances.Pools.Pace.PaceSamples;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Pace;

public sealed class PacingTests
{
    private static readonly DateTimeOffset _noon = At("2026-11-18T12:00", SaoPaulo);

    [Fact]
    public void A_number_that_sent_nothing_yet_sends_at_once() => Ask(Warm, new PacePolicy(), _noon).ShouldBe(new PaceDecision.Now());

    [Fact]
    public void Interval_is_drawn_once_and_kept()
    {
        var state = Send(Warm, new PacePolicy(), _noon);

        var gap = state.NotBefore!.Value - _noon;
        gap.ShouldBeInRange(TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(60));
        Ask(state, new PacePolicy(), _noon, seed: 2).ShouldBe(Ask(state, new PacePolicy(), _noon, seed: 3));
        Ask(state, new PacePolicy(), _noon).ShouldBe(new PaceDecision.Wait(_noon + gap, PaceReason.Interval));
        Ask(state, new PacePolicy(), _noon + gap - TimeSpan.FromTicks(1)).ShouldBeOfType<PaceDecision.Wait>();
        Ask(state, new PacePolicy(), _noon + gap).ShouldBe(new PaceDecision.Now());
    }

    [Fact]
    public void Intervals_differ()
    {
        var random = new Random(1);

        Enumerable
            .Range(0, 50)
            .Select(_ => Pacing.Take(Warm, Free, Reach.Known, _noon, SaoPaulo, random).State.NotBefore)
            .Distinct()
            .Count()
            .ShouldBe(50);
    }

    [Fact]
    public void Floor_holds_whatever_is_stored()
    {
        var stored = Free with
        {
            MinInterval = TimeSpan.Zero,
            MaxInterval = TimeSpan.Zero,
            HourlyCap = 9_999,
            DailyCap = 9_999,
            SlowFactor = 0,
        };
        var state = Send(Warm, stored, _noon);

        (state.NotBefore - _noon).ShouldBe(PaceFloor.Interval);
        Ask(state with { NotBefore = null }, stored, _noon).AskAgain(_noon).ShouldBe(_noon + PaceFloor.Interval);
        Reason(state with { SentThisHour = PaceFloor.PerHour }, stored, _noon.AddMinutes(1)).ShouldBe(PaceReason.HourlyCap);
        Reason(state with { SentToday = PaceFloor.PerDay }, stored, _noon.AddMinutes(1)).ShouldBe(PaceReason.DailyCap);
    }

    [Fact]
    public void Slow_hours_stretch_the_interval()
    {
        var policy = new PacePolicy { SlowHours = [new OpenSpan(DayOfWeek.Wednesday, 12 * 60, 14 * 60)], SlowFactor = 3 };

        (Send(Warm, policy, _noon).NotBefore - _noon)!.Value.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(135));
        (Send(Warm, policy, _noon.AddHours(2)).NotBefore - _noon.AddHours(2))!.Value.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Policy_made_stricter_counts_for_the_interval_that_runs()
    {
        var state = Send(Warm, new PacePolicy(), _noon);
        var slow = new PacePolicy { MinInterval = TimeSpan.FromMinutes(5), MaxInterval = TimeSpan.FromMinutes(6) };

        Ask(state, slow, _noon.AddMinutes(2)).ShouldBe(new PaceDecision.Wait(_noon.AddMinutes(5), PaceReason.Interval));
    }

    [Fact]
    public void Pause_follows_a_series_and_a_rest_begins_a_new_one()
    {
        var policy = new PacePolicy { SeriesLength = 3 };
        var (state, at) = (Warm, _noon);
        for (var i = 0; i < 3; i++)
        {
            (state, at) = (Send(state, policy, at), at.AddMinutes(1));
        }

        Reason(state, policy, at).ShouldBe(PaceReason.Series);
        (state.NotBefore - state.LastAt)!.Value.ShouldBeInRange(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10));

        var two = Send(Send(Warm, policy, _noon), policy, _noon.AddMinutes(1));
        Send(two, policy, _noon.AddMinutes(7)).InSeries.ShouldBe(1, "six minutes without a message are a pause");
    }

    [Fact]
    public void Hourly_cap_waits_for_the_next_hour()
    {
        var policy = Free with { HourlyCap = 2 };
        var state = Send(Send(Warm, policy, _noon), policy, _noon.AddMinutes(1));

        var wait = Ask(state, policy, _noon.AddMinutes(2)).ShouldBeOfType<PaceDecision.Wait>();

        wait.Reason.ShouldBe(PaceReason.HourlyCap);
        wait.At.ShouldBeInRange(_noon.AddHours(1), _noon.AddHours(1).AddSeconds(45));
    }

    [Fact]
    public void Daily_cap_waits_for_the_window_of_the_next_day_and_says_the_cap()
    {
        var state = Warm with { Day = new DateOnly(2026, 11, 18), SentToday = 600, LastAt = _noon.AddHours(-1) };

        var not = Ask(state, new PacePolicy(), _noon).ShouldBeOfType<PaceDecision.NotToday>();

        not.Key.ShouldBe("pace.daily-cap");
        not.At!.Value.ShouldBeInRange(At("2026-11-19T09:00", SaoPaulo), At("2026-11-19T09:00:45", SaoPaulo));
    }

    [Fact]
    public void Day_is_the_tenants_and_not_the_clocks_of_the_server()
    {
        var policy = Free with { DailyCap = 1 };
        var lateEvening = At("2026-11-18T23:30", SaoPaulo);
        var state = Send(Warm, policy, lateEvening);

        Reason(state, policy, lateEvening.AddMinutes(10)).ShouldBe(PaceReason.DailyCap, "in UTC it was the next day all along");
        Ask(state, policy, lateEvening.AddMinutes(30)).ShouldBe(new PaceDecision.Now());
    }

    [Fact]
    public void Clock_that_is_put_back_hands_out_no_cap_again()
    {
        var policy = Free with { DailyCap = 2, HourlyCap = 1 };
        var justAfter = At("2026-11-19T00:02", SaoPaulo);
        var state = Send(Warm, policy, justAfter);

        // Five minutes back it is the day and the hour before.
        Reason(state with { LastAt = null }, policy, justAfter.AddMinutes(-5)).ShouldBe(PaceReason.HourlyCap);
        Send(state with { LastAt = null, Hour = default }, policy, justAfter.AddMinutes(-5)).SentToday.ShouldBe(2);
    }

    [Theory]
    [InlineData(1, 20)]
    [InlineData(7, 20)]
    [InlineData(8, 50)]
    [InlineData(36, 600)]
    public void Warm_up_limits_strangers_by_the_day_of_use(int day, int cap)
    {
        var state = PaceState.New(new DateOnly(2026, 11, 18).AddDays(1 - day)) with { Day = new DateOnly(2026, 11, 18) };

        Ask(state with { SentToday = cap - 1, StrangersToday = cap - 1 }, new PacePolicy(), _noon).ShouldBe(new PaceDecision.Now());
        var full = state with { SentToday = cap, StrangersToday = cap };
        Reason(full, new PacePolicy { DailyCap = 700 }, _noon).ShouldBe(PaceReason.WarmUp);
    }

    [Fact]
    public void People_who_wrote_first_do_not_count_against_the_warm_up()
    {
        var state = PaceState.New(new DateOnly(2026, 11, 18)) with
        {
            Day = new DateOnly(2026, 11, 18),
            SentToday = 50,
            StrangersToday = 20,
        };

        Ask(state, new PacePolicy(), _noon, reach: Reach.Known).ShouldBe(new PaceDecision.Now());
        Pacing.Take(state, new PacePolicy(), Reach.Known, _noon, SaoPaulo, new Random(1)).State.StrangersToday.ShouldBe(20);
        Reason(state, new PacePolicy(), _noon).ShouldBe(PaceReason.WarmUp);
    }

    [Fact]
    public void A_number_used_elsewhere_for_years_is_not_new()
    {
        var state = PaceState.New(new DateOnly(2020, 2, 29));

        Pacing.DayOfUse(state, new DateOnly(2026, 11, 18)).ShouldBeGreaterThan(2_000);
        Pacing.CapOn(state, new PacePolicy(), Reach.Stranger, _noon, SaoPaulo).ShouldBe(600);
        Pacing.IsWarm(state, new PacePolicy(), _noon, SaoPaulo).ShouldBeTrue();
        Pacing.IsWarm(PaceState.New(new DateOnly(2026, 11, 1)), new PacePolicy(), _noon, SaoPaulo).ShouldBeFalse();
    }

    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 50)]
    [InlineData(3, 200)]
    [InlineData(5, 200)]
    [InlineData(6, 500)]
    [InlineData(10, 500)]
    public void Published_ramp_is_as_published(int day, int perDay) => WarmUpPlan.Published.PerDay(day).ShouldBe(perDay);

    [Fact]
    public void Ramps_end()
    {
        WarmUpPlan.Published.PerDay(11).ShouldBeNull();
        WarmUpPlan.Cautious.PerDay(43).ShouldBeNull();
    }

    [Fact]
    public void Penalty_halves_the_cap_and_doubles_the_interval_until_it_ends()
    {
        var policy = Free with { DailyCap = 10 };
        var penalized = Warm.Penalized(_noon.AddHours(24)).Penalized(_noon.AddHours(3));

        penalized.PenaltyUntil.ShouldBe(_noon.AddHours(24), "the longer one stays");
        Pacing.CapOn(penalized, policy, Reach.Known, _noon, SaoPaulo).ShouldBe(5);
        (Send(penalized, policy, _noon).NotBefore - _noon)!.Value.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(90));
        Pacing.CapOn(penalized, policy, Reach.Known, _noon.AddHours(24), SaoPaulo).ShouldBe(10);

        // One that comes while an interval runs counts for that interval.
        var running = Send(Warm, policy, _noon).Penalized(_noon.AddHours(24));
        Ask(running, policy, _noon.AddSeconds(70)).ShouldBe(new PaceDecision.Wait(_noon.AddSeconds(90), PaceReason.Penalty));
    }

    [Fact]
    public void End_of_a_penalty_frees_the_other_half_of_the_day()
    {
        var policy = Free with { DailyCap = 10 };
        var state = Warm.Penalized(_noon.AddHours(2)) with { Day = new DateOnly(2026, 11, 18), SentToday = 5, LastAt = _noon.AddHours(-1) };

        Ask(state, policy, _noon).AskAgain(_noon)!.Value.ShouldBeInRange(_noon.AddHours(2), _noon.AddHours(2).AddMinutes(1));
    }

    [Fact]
    public void A_persons_pause_ends_when_he_says_so()
    {
        Ask(Warm.Paused(null), new PacePolicy(), _noon).ShouldBe(new PaceDecision.NotToday(PaceReason.Paused, null));
        Ask(Warm.Paused(null).Resumed(), new PacePolicy(), _noon).ShouldBe(new PaceDecision.Now());
        Reason(Warm.Paused(_noon.AddMinutes(5)), new PacePolicy(), _noon).ShouldBe(PaceReason.Paused);
    }

    [Fact]
    public void What_surely_did_not_go_out_is_given_back_but_not_its_interval()
    {
        var state = Send(Send(Warm, Free, _noon), Free, _noon.AddMinutes(2));

        var back = Pacing.GivenBack(state, Reach.Stranger, _noon.AddMinutes(2), SaoPaulo);

        (back.SentToday, back.StrangersToday, back.SentThisHour, back.NotBefore).ShouldBe((1, 1, 1, state.NotBefore));
        Pacing.GivenBack(state, Reach.Stranger, _noon.AddDays(-1), SaoPaulo).ShouldBe(state, "yesterday's is no longer counted");
    }

    [Fact]
    public void Numbers_do_not_all_begin_in_the_first_second_of_the_day()
    {
        var night = At("2026-11-18T03:00", SaoPaulo);

        var begins = Enumerable.Range(0, 40).Select(seed => Ask(Warm, new PacePolicy(), night, seed).AskAgain(night)!.Value).ToArray();

        begins.Distinct().Count().ShouldBeGreaterThan(35);
        begins.ShouldAllBe(b => b >= At("2026-11-18T09:00", SaoPaulo) && b < At("2026-11-18T09:00:45", SaoPaulo));
    }

    [Fact]
    public void Cap_of_nothing_never_sends() =>
        Ask(Warm, Free with { DailyCap = 0 }, _noon).ShouldBe(new PaceDecision.NotToday(PaceReason.DailyCap, null));

    [Fact]
    public void State_survives_being_stored()
    {
        var state = Send(Warm.Penalized(_noon.AddHours(1)).Paused(_noon.AddMinutes(-1)), Free, _noon);

        JsonSerializer.Deserialize<PaceState>(JsonSerializer.Serialize(state)).ShouldBe(state);
    }

    [Fact]
    public void Policy_survives_being_stored()
    {
        var policy = new PacePolicy
        {
            SlowHours = [new OpenSpan(DayOfWeek.Monday, 60, 120)],
            WarmUp = WarmUpPlan.Published,
            Window = new SendingWindow(SendingWindow.Default.Spans, [new DateOnly(2026, 12, 25)]),
        };

        var read = JsonSerializer.Deserialize<PacePolicy>(JsonSerializer.Serialize(policy))!;

        (read.Window, read.WarmUp).ShouldBe((policy.Window, policy.WarmUp));
        (read with { SlowHours = policy.SlowHours }).ShouldBe(policy);
        read.SlowHours.ShouldBe(policy.SlowHours);
    }

    public static TheoryData<PacePolicy, string> Refused =>
        new()
        {
            {
                new PacePolicy { MinInterval = TimeSpan.FromSeconds(19) },
                "pace.interval-too-short"
            },
            {
                new PacePolicy { MaxInterval = TimeSpan.FromSeconds(44) },
                "pace.policy-invalid"
            },
            {
                new PacePolicy { HourlyCap = 121 },
                "pace.cap-invalid"
            },
            {
                new PacePolicy { HourlyCap = 0 },
                "pace.cap-invalid"
            },
            {
                new PacePolicy { DailyCap = 1_001 },
                "pace.cap-invalid"
            },
            {
                new PacePolicy { SlowFactor = double.NaN },
                "pace.policy-invalid"
            },
            {
                new PacePolicy { SlowFactor = 0.5 },
                "pace.policy-invalid"
            },
            {
                new PacePolicy { MinPause = TimeSpan.FromMinutes(11) },
                "pace.policy-invalid"
            },
            {
                new PacePolicy { SeriesLength = -1 },
                "pace.policy-invalid"
            },
        };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Policy_beyond_the_floor_is_refused(PacePolicy policy, string key) =>
        Should.Throw<RuleException>(() => policy.Checked()).Key.ShouldBe(key);

    [Fact]
    public void Policy_of_the_house_is_allowed() => Should.NotThrow(() => new PacePolicy().Checked());

    [Fact]
    public void Ramp_without_a_first_day_or_that_goes_down_is_refused()
    {
        Should.Throw<RuleException>(() => new WarmUpPlan([new(2, 20)], 9)).Key.ShouldBe("pace.warm-up-invalid");
        Should.Throw<RuleException>(() => new WarmUpPlan([new(1, 20), new(5, 10)], 9));
        Should.Throw<RuleException>(() => new WarmUpPlan([new(1, 20), new(1, 30)], 9));
        Should.Throw<RuleException>(() => new WarmUpPlan([new(1, 20)], 1));
    }

    private static PaceDecision Ask(PaceState state, PacePolicy policy, DateTimeOffset now, int seed = 1, Reach reach = Reach.Stranger) =>
        Pacing.NextSendAt(state, policy, reach, now, SaoPaulo, new Random(seed));

    private static PaceReason? Reason(PaceState state, PacePolicy policy, DateTimeOffset now) =>
        Ask(state, policy, now) switch
        {
            PaceDecision.Wait wait => wait.Reason,
            PaceDecision.NotToday not => not.Reason,
            _ => null,
        };

    private static PaceState Send(PaceState state, PacePolicy policy, DateTimeOffset now)
    {
        var take = Pacing.Take(state with { NotBefore = null }, policy, Reach.Stranger, now, SaoPaulo, new Random(1));
        take.Decision.ShouldBe(new PaceDecision.Now());
        return take.State;
    }
}
