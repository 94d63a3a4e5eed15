using System.Text.Json;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Health;

public sealed class JudgementTests
{
    private static readonly DateTimeOffset _now = At("2026-11-18T12:00", SaoPaulo);

    [Fact]
    public void Linked_number_that_answers_is_healthy() => Of(new WatchState()).ShouldBe(Verdict.Healthy);

    [Fact]
    public void Number_that_moved_to_another_server_waits_for_a_scan_and_was_not_unlinked()
    {
        var moved = Facts(_now, InstanceState.LoggedOut, _now.AddMinutes(-1)) with { HasMoved = true };

        Judgement.Of(moved, new WatchState(), _now).ShouldBe(new Finding(Verdict.LoggedOut, "moved", _now.AddMinutes(-1)));
        // Linked there and unlinked again, in whatever order the two are noticed.
        Judgement.Of(moved with { Link = moved.Link with { CloseCode = 401 } }, new WatchState(), _now).Cause.ShouldBe("closed.401");
        Judgement.Of(moved with { HasMoved = false }, new WatchState(), _now).Cause.ShouldBe("closed.401");
    }

    [Fact]
    public void Without_a_proof_it_is_unknown_and_not_bad()
    {
        var silent = Facts(_now) with { GatewaySeenAt = _now.AddMinutes(-6) };

        Judgement.Of(silent, new WatchState(), _now).Verdict.ShouldBe(Verdict.Unknown);
        var never = silent with { Link = new ConnectionFacts(InstanceState.Disconnected, _now.AddDays(-3)) };
        Judgement.Of(never, new WatchState(), _now).Cause.ShouldBe("never-linked");
    }

    [Theory]
    [InlineData(InstanceState.Banned, 0, Verdict.Banned)]
    [InlineData(InstanceState.Restricted, 0, Verdict.Restricted)]
    [InlineData(InstanceState.LoggedOut, 0, Verdict.LoggedOut)]
    [InlineData(InstanceState.Disconnected, 119, Verdict.Degraded)]
    [InlineData(InstanceState.Disconnected, 120, Verdict.Dead)]
    [InlineData(InstanceState.Connecting, 599, Verdict.Degraded)]
    [InlineData(InstanceState.Connecting, 600, Verdict.Dead)]
    public void Link_says(InstanceState state, int seconds, Verdict verdict) =>
        Judgement.Of(Facts(_now, state, _now.AddSeconds(-seconds)), new WatchState(), _now).Verdict.ShouldBe(verdict);

    [Fact]
    public void Missing_confirmation_of_before_the_last_one_that_came_is_none()
    {
        var gap = Enumerable.Range(0, WatchRules.AllUnacked).Select(i => new Signal.NotAcked(_now.AddSeconds(i)));
        var well = WatchRules.After(gap.Aggregate(new WatchState(), WatchRules.After), new Signal.Acked(_now.AddMinutes(5)));

        // The same messages again, or others that went out in the gap.
        gap.Aggregate(well, WatchRules.After).ShouldBe(well);
        WatchRules.After(well, new Signal.NotAcked(_now.AddMinutes(6))).UnackedInRow.ShouldBe(1);
        // A confirmation that was long on its way takes nothing back.
        WatchRules.After(well, new Signal.Acked(_now.AddMinutes(1))).AckedAt.ShouldBe(_now.AddMinutes(5));
    }

    [Fact]
    public void Restriction_that_is_over_waits_for_a_scan()
    {
        var facts = Facts(_now, InstanceState.Restricted, _now.AddHours(-2));
        var until = facts with { Link = facts.Link with { RestrictedUntil = _now.AddMinutes(1) } };
        var over = facts with { Link = facts.Link with { RestrictedUntil = _now } };

        Judgement
            .Of(until, new WatchState(), _now)
            .ShouldBe(new Finding(Verdict.Restricted, "closed.402", _now.AddHours(-2), _now.AddMinutes(1)));
        Judgement.Of(over, new WatchState(), _now).Cause.ShouldBe("restriction-over");
    }

    [Theory]
    [InlineData(2, Verdict.Healthy)]
    [InlineData(3, Verdict.Degraded)]
    [InlineData(5, Verdict.Degraded)]
    [InlineData(6, Verdict.Restricted)]
    public void Ack_gap_makes_a_number_inbound_only(int unacked, Verdict verdict)
    {
        var watch = After(new WatchState(), Enumerable.Repeat<Signal>(new Signal.NotAcked(_now.AddMinutes(-1)), unacked));

        var finding = Judgement.Of(Facts(_now), watch, _now);

        (finding.Verdict, finding.InboundOnly).ShouldBe((verdict, verdict == Verdict.Restricted));
    }

    [Fact]
    public void One_confirmation_ends_the_gap_and_says_since_when()
    {
        var gap = After(new WatchState(), Enumerable.Repeat<Signal>(new Signal.NotAcked(_now.AddMinutes(-9)), 6));

        var finding = Judgement.Of(Facts(_now), WatchRules.After(gap, new Signal.Acked(_now.AddMinutes(-1))), _now);

        (finding.Verdict, finding.Since).ShouldBe((Verdict.Healthy, _now.AddMinutes(-1)));
        WatchRules
            .After(WatchRules.After(gap, new Signal.Acked(_now)), new Signal.NotAcked(_now.AddMinutes(-5)))
            .UnackedInRow.ShouldBe(0, "a message older than the confirmation");
    }

    [Fact]
    public void Ups_and_downs_are_flapping_until_they_melt()
    {
        var downs = Enumerable.Range(0, 5).Select(i => new Signal.Reconnected(_now.AddSeconds(i * 10), 440));
        var watch = After(new WatchState(), downs);

        var finding = Judgement.Of(Facts(_now), watch, _now.AddMinutes(1));

        (finding.Verdict, finding.Cause, finding.Since).ShouldBe((Verdict.Flapping, "closed.440", _now));
        var later = _now.AddMinutes(15);
        Judgement.Of(Facts(later), watch, later).ShouldBe(new Finding(Verdict.Healthy, "healthy", _now.AddSeconds(40)));
        Of(After(new WatchState(), Enumerable.Range(0, 5).Select(i => new Signal.Reconnected(_now.AddMinutes(-60 + (i * 15)), 428))))
            .ShouldBe(Verdict.Healthy, "once a quarter of an hour is no flapping");
    }

    [Fact]
    public void Rounds_of_quarantine_grow_and_are_forgotten()
    {
        var first = WatchRules.Quarantined(new WatchState(), _now);
        var second = WatchRules.Quarantined(first, _now.AddHours(1));

        first.QuietUntil.ShouldBe(_now.AddMinutes(5));
        second.QuietUntil.ShouldBe(_now.AddHours(1).AddMinutes(10));
        WatchRules.Quarantined(second, _now.AddDays(3)).Rounds.ShouldBe(1);
    }

    [Fact]
    public void Failures_are_judged_against_the_numbers_own_habit()
    {
        var habit = new WatchState { UsualSent = new Fading(1_000, _now.AddHours(-10)), UsualFailed = new Fading(10, _now.AddHours(-10)) };
        var poor = habit with { UsualFailed = new Fading(40, _now.AddHours(-10)) };

        Of(Mixed(habit, 36, 1)).ShouldBe(Verdict.Healthy);
        Of(Mixed(habit, 36, 4)).ShouldBe(Verdict.Degraded);
        Of(Mixed(poor, 36, 4)).ShouldBe(Verdict.Healthy, "one in ten, where one in twenty-five is usual");
        Of(Mixed(habit, 10, 20)).ShouldBe(Verdict.Restricted);
        Of(Mixed(habit, 5, 5)).ShouldBe(Verdict.Healthy, "ten messages prove no ratio");
    }

    [Fact]
    public void Blocks_melt_in_days()
    {
        var one = WatchRules.After(new WatchState(), new Signal.Blocked(_now));
        var three = After(one, [new Signal.Blocked(_now), new Signal.Blocked(_now)]);

        Of(one).ShouldBe(Verdict.Degraded);
        Of(three).ShouldBe(Verdict.Restricted);
        Judgement.Of(Facts(_now.AddDays(2)), one, _now.AddDays(2)).Verdict.ShouldBe(Verdict.Healthy);
    }

    [Fact]
    public void Refusal_holds_until_a_message_is_confirmed_after_it()
    {
        var refused = WatchRules.After(new WatchState(), new Signal.Failed(_now, ErrorCode.NoNewChats));

        Judgement.Of(Facts(_now), refused, _now).ShouldBe(new Finding(Verdict.Restricted, "error.ban", _now, InboundOnly: true));
        Of(WatchRules.After(refused, new Signal.Acked(_now.AddMinutes(-1)))).ShouldBe(Verdict.Restricted, "confirmed, but sent before");
        Of(WatchRules.After(refused, new Signal.Acked(_now.AddMinutes(1)))).ShouldBe(Verdict.Healthy);
        Of(WatchRules.After(refused, new Signal.Failed(_now, 368))).ShouldBe(Verdict.Banned);
        Of(After(refused, [new Signal.Failed(_now, 368), new Signal.Failed(_now, 131048)])).ShouldBe(Verdict.Banned, "the gravest stays");
    }

    [Fact]
    public void Low_quality_is_degraded_until_it_is_better()
    {
        var low = WatchRules.After(new WatchState(), new Signal.QualityChanged(_now, Quality.Low));

        Of(low).ShouldBe(Verdict.Degraded);
        Of(WatchRules.After(low, new Signal.QualityChanged(_now.AddMinutes(-1), Quality.High))).ShouldBe(Verdict.Degraded, "older news");
        Of(WatchRules.After(low, new Signal.QualityChanged(_now, Quality.Medium))).ShouldBe(Verdict.Healthy);
    }

    [Fact]
    public void WhatsApps_word_comes_before_what_we_conclude()
    {
        var watch = After(new WatchState(), Enumerable.Repeat<Signal>(new Signal.NotAcked(_now), 9));

        Judgement.Of(Facts(_now, InstanceState.Banned, _now), watch, _now).Verdict.ShouldBe(Verdict.Banned);
    }

    [Fact]
    public void Memory_survives_being_stored()
    {
        var watch = After(
            new WatchState(),
            [new Signal.Reconnected(_now, 503), new Signal.Failed(_now, 463), new Signal.Blocked(_now), new Signal.NotAcked(_now)]
        );

        JsonSerializer.Deserialize<WatchState>(JsonSerializer.Serialize(watch)).ShouldBe(watch);
    }

    private static Verdict Of(WatchState watch) => Judgement.Of(Facts(_now), watch, _now).Verdict;

    private static WatchState After(WatchState watch, IEnumerable<Signal> signals) => signals.Aggregate(watch, WatchRules.After);

    private static WatchState Mixed(WatchState watch, int good, int bad) =>
        After(
            watch,
            [
                .. Enumerable.Repeat<Signal>(new Signal.Acked(_now.AddMinutes(-1)), good),
                .. Enumerable.Repeat<Signal>(new Signal.Failed(_now.AddMinutes(-1)), bad),
            ]
        );
}
