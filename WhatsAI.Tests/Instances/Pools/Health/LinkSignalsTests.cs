using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Messaging;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Health;

public sealed class LinkSignalsTests
{
    private static readonly DateTimeOffset _now = At("2026-11-18T12:00", SaoPaulo);
    private static readonly ConnectionFacts _open = Facts(_now).Link;

    [Fact]
    public void Each_time_the_session_goes_is_one_signal_however_often_it_is_told()
    {
        var heard = Of(
            _open,
            Connecting,
            Connecting,
            Up,
            new ConnectionChanged(LinkState.Closed, 428, null, null, null),
            new InstanceClosed(428, _now, null, null)
        );

        heard.Signals.ShouldBe([new Signal.Reconnected(_now), new Signal.Reconnected(_now, 428)]);
    }

    [Fact]
    public void Session_that_comes_back_and_events_of_other_kinds_say_nothing()
    {
        var down = _open with { State = InstanceState.Connecting };

        Of(down, Connecting, Up).Signals.ShouldBeEmpty();
        Of(_open, new QrExpired(null)).Signals.ShouldBeEmpty();
        Of(_open with { OwnJid = null }, Connecting).Signals.ShouldBeEmpty("nobody ever scanned it");
    }

    [Fact]
    public void Restart_within_a_minute_of_the_scan_is_how_a_link_begins() =>
        Of(_open with { Since = _now.AddSeconds(-30) }, Connecting).Signals.ShouldBe([new Signal.Reconnected(_now, AfterScan: true)]);

    [Theory]
    [InlineData(InstanceState.Banned, true)]
    [InlineData(InstanceState.LoggedOut, true)]
    [InlineData(InstanceState.Disconnected, false)]
    [InlineData(InstanceState.Open, false)]
    public void Number_that_a_person_linked_again_has_a_new_session(InstanceState before, bool isNew) =>
        LinkSignals.Of(_open with { State = before }, [], _open, _now).IsNewSession.ShouldBe(isNew);

    private static ConnectionChanged Connecting => new(LinkState.Connecting, 200, null, null, null);

    private static ConnectionChanged Up => new(LinkState.Open, 200, null, null, null);

    private static LinkSignals Of(ConnectionFacts before, params GatewayEvent[] events) => LinkSignals.Of(before, events, before, _now);
}
