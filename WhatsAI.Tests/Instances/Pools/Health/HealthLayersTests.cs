using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Health;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Health;

public sealed class HealthLayersTests
{
    // A Wednesday at 15:00 UTC.
    private static readonly DateTimeOffset _now = At("2026-11-18T12:00", SaoPaulo);
    private static readonly InboundHabit _busyByDay = new(
        [.. Enumerable.Range(0, InboundHabit.Hours).Select(h => h % 24 is >= 12 and < 24 ? 6d : 0.01)],
        weeks: 4
    );

    private static readonly HealthFacts _well = new(
        Facts(_now) with
        {
            LastInboundAt = _now.AddMinutes(-3),
            LastEventAt = _now.AddMinutes(-1),
            LastOutboundAt = _now.AddMinutes(-2),
        },
        new WatchState { AckedAt = _now.AddMinutes(-1) }
    )
    {
        Habit = _busyByDay,
        AckTime = TimeSpan.FromSeconds(2),
        WebhookLag = TimeSpan.FromSeconds(1),
        Delivered = 0.97,
        LastDeliveryAt = _now.AddMinutes(-1),
    };

    [Fact]
    public void All_six_proven_make_a_hundred()
    {
        var layers = HealthLayers.Of(_well, _now);

        layers.Select(l => l.Layer).ShouldBe(Enum.GetValues<HealthLayer>());
        layers.ShouldAllBe(l => l.Gravity == Gravity.Fine && l.ProvenAt != null);
        var score = HealthScore.Of(layers);
        (score.Value, score.Losses.Count, score.Unknown.Count).ShouldBe((100, 0, 0));
    }

    [Fact]
    public void Nothing_proven_is_no_figure_and_no_zero()
    {
        var nothing = new HealthFacts(Facts(_now) with { GatewaySeenAt = null, LastEventAt = _now.AddDays(-1) }, new WatchState());
        var old = nothing with { Number = nothing.Number with { Link = nothing.Number.Link with { Since = _now.AddDays(-2) } } };

        var layers = HealthLayers.Of(old, _now);

        layers.ShouldAllBe(l => l.Gravity == Gravity.Unknown);
        HealthScore.Of(layers).Value.ShouldBeNull();
    }

    [Theory]
    [InlineData("2026-11-18T12:00", 61, Gravity.Warning, "inbound.silent")]
    [InlineData("2026-11-18T06:00", 240, Gravity.Unknown, "inbound.quiet-hours")]
    [InlineData("2026-11-18T09:30", 120, Gravity.Unknown, "unknown")]
    public void Silence_is_odd_only_where_messages_usually_come(string now, int minutes, Gravity gravity, string key)
    {
        var at = At(now, SaoPaulo);
        var facts = _well with { Number = Facts(at, since: at.AddDays(-1)) with { LastInboundAt = at.AddMinutes(-minutes) } };

        var layer = HealthLayers.Of(facts, at)[(int)HealthLayer.Inbound];

        (layer.Gravity, layer.Key, layer.ProvenAt).ShouldBe((gravity, key, at.AddMinutes(-minutes)));
    }

    [Fact]
    public void Silence_of_a_number_without_a_past_is_unknown()
    {
        var young = _well with { Habit = new InboundHabit(_busyByDay.PerHour, 1), Number = _well.Number with { LastInboundAt = null } };

        HealthLayers.Of(young, _now)[(int)HealthLayer.Inbound].Gravity.ShouldBe(Gravity.Unknown);
    }

    [Fact]
    public void Time_before_the_link_was_open_is_no_silence()
    {
        var justLinked = _well with { Number = Facts(_now, since: _now.AddMinutes(-10)) with { LastInboundAt = _now.AddDays(-2) } };

        HealthLayers.Of(justLinked, _now)[(int)HealthLayer.Inbound].Key.ShouldBe("unknown");
    }

    [Fact]
    public void Expected_messages_are_summed_over_parts_of_hours()
    {
        _busyByDay.Expected(_now, _now.AddMinutes(90)).ShouldBe(9, 0.001);
        _busyByDay.Expected(_now, _now).ShouldBe(0);
        _busyByDay.Expected(_now.AddDays(-700), _now).ShouldBe(_busyByDay.PerHour.Sum(), 0.001, "at most a week is summed");
    }

    [Theory]
    [InlineData(0, 2, 2, Gravity.Fine, "ack")]
    [InlineData(0, 12, 2, Gravity.Warning, "ack.slow")]
    [InlineData(0, 12, 10, Gravity.Fine, "ack")]
    [InlineData(3, 2, 2, Gravity.Warning, "ack.missing")]
    [InlineData(6, 2, 2, Gravity.Critical, "ack.gap")]
    public void Confirmations_are_judged_by_gap_and_by_the_usual_time(int unacked, int seconds, int usual, Gravity gravity, string key)
    {
        var facts = _well with
        {
            Watch = _well.Watch with { UnackedInRow = unacked },
            AckTime = TimeSpan.FromSeconds(seconds),
            UsualAckTime = TimeSpan.FromSeconds(usual),
        };

        var layer = HealthLayers.Of(facts, _now)[(int)HealthLayer.Acknowledgement];

        (layer.Gravity, layer.Key).ShouldBe((gravity, key));
    }

    [Theory]
    [InlineData(29, Gravity.Fine)]
    [InlineData(30, Gravity.Warning)]
    [InlineData(300, Gravity.Critical)]
    public void Webhooks_may_be_late(int seconds, Gravity gravity) =>
        HealthLayers
            .Of(_well with { WebhookLag = TimeSpan.FromSeconds(seconds) }, _now)[(int)HealthLayer.Webhook]
            .Gravity.ShouldBe(gravity);

    [Theory]
    [InlineData(0.95, 0.97, Gravity.Fine)]
    [InlineData(0.80, 0.97, Gravity.Warning)]
    [InlineData(0.80, 0.82, Gravity.Fine)]
    [InlineData(0.30, 0.97, Gravity.Critical)]
    public void Delivery_is_judged_by_the_numbers_habit(double share, double usual, Gravity gravity) =>
        HealthLayers
            .Of(_well with { Delivered = share, UsuallyDelivered = usual }, _now)[(int)HealthLayer.Delivery]
            .Gravity.ShouldBe(gravity);

    [Fact]
    public void Score_is_explained_to_the_last_point()
    {
        var late = _well with { WebhookLag = TimeSpan.FromMinutes(1), Watch = _well.Watch with { UnackedInRow = 6 } };

        var score = HealthScore.Of(HealthLayers.Of(late, _now));

        score.Losses.ShouldBe([
            new HealthLoss(HealthLayer.Acknowledgement, "ack.gap", 20),
            new HealthLoss(HealthLayer.Webhook, "webhook.late", 6),
        ]);
        score.Value.ShouldBe(74);
    }

    [Fact]
    public void A_closed_session_leaves_nothing()
    {
        var closed = _well with { Number = Facts(_now, InstanceState.Banned) };

        var score = HealthScore.Of(HealthLayers.Of(closed, _now));

        score.Value.ShouldBe(0);
        score.Losses.ShouldHaveSingleItem().Key.ShouldBe("session.closed");
    }

    [Fact]
    public void Unknown_layers_cost_nothing()
    {
        var quiet = _well with
        {
            Habit = InboundHabit.None,
            Number = Facts(_now),
            AckTime = null,
            WebhookLag = null,
            Delivered = null,
            LastDeliveryAt = null,
        };

        var score = HealthScore.Of(HealthLayers.Of(quiet, _now));

        (score.Value, score.Unknown.Count).ShouldBe((100, 4));
    }
}
