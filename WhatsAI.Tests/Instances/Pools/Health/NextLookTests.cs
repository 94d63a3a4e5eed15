using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Health;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Health;

public sealed class NextLookTests
{
    private static readonly DateTimeOffset _now = At("2026-11-18T12:00", SaoPaulo);

    [Fact]
    public void Healthy_number_waits_for_an_event() => Next(Facts(_now)).ShouldBeNull();

    [Fact]
    public void Number_without_a_session_is_looked_at_when_it_counts_as_dead()
    {
        Next(Facts(_now, InstanceState.Disconnected, _now.AddSeconds(-20))).ShouldBe(_now.AddSeconds(100));
        Next(Facts(_now, InstanceState.Connecting, _now)).ShouldBe(_now.AddMinutes(10));
    }

    [Fact]
    public void Message_is_looked_at_when_its_confirmation_is_late() =>
        Next(Facts(_now), unacked: _now.AddSeconds(-30)).ShouldBe(_now.AddSeconds(90));

    [Fact]
    public void What_WhatsApp_did_not_say_itself_is_looked_at_again_once_it_has_settled() =>
        Next(Facts(_now), Finding(Verdict.LoggedOut, _now.AddSeconds(-1))).ShouldBe(_now.AddSeconds(3));

    [Fact]
    public void Quarantine_is_looked_at_when_it_may_end()
    {
        var watch = new WatchState { QuietUntil = _now.AddMinutes(7) };
        var well = Finding(Verdict.Healthy, _now.AddMinutes(-1));

        NextLook.After(Facts(_now), watch, well, null, MemberRole.Quarantined, _now).ShouldBe(_now.AddMinutes(7));
        NextLook.After(Facts(_now), new WatchState(), well, null, MemberRole.Quarantined, _now).ShouldBe(_now.AddMinutes(9));
        NextLook.After(Facts(_now), watch, well, null, MemberRole.Backup, _now).ShouldBeNull();
    }

    private static DateTimeOffset? Next(NumberFacts facts, Finding? finding = null, DateTimeOffset? unacked = null) =>
        NextLook.After(facts, new WatchState(), finding ?? Judgement.Of(facts, new WatchState(), _now), unacked, null, _now);
}
