using WhatsAI.Core.Instances;

namespace WhatsAI.Tests.Instances;

public sealed class NumberFactsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, NumberFacts, Gravity, InstanceRemedy> Sentences =>
        new()
        {
            {
                "banned",
                Facts(InstanceState.Banned) with
                {
                    GatewayFailure = "Unreachable",
                    Unconfirmed = 3,
                },
                Gravity.Critical,
                InstanceRemedy.None
            },
            {
                "restricted.until",
                Facts(InstanceState.Restricted, l => l with { RestrictedUntil = Now.AddHours(2) }),
                Gravity.Critical,
                InstanceRemedy.None
            },
            {
                "restricted.over",
                Facts(InstanceState.Restricted, l => l with { RestrictedUntil = Now.AddHours(-2) }),
                Gravity.Critical,
                InstanceRemedy.Scan
            },
            {
                "gateway.unauthorized",
                Facts(InstanceState.Open) with
                {
                    GatewayFailure = "Unauthorized",
                },
                Gravity.Critical,
                InstanceRemedy.OpenGateways
            },
            {
                "gateway.unreachable",
                Facts(InstanceState.LoggedOut) with
                {
                    GatewayFailure = "Unreachable",
                },
                Gravity.Critical,
                InstanceRemedy.Verify
            },
            {
                "gateway.not-yet",
                Facts(InstanceState.Disconnected, l => l with { OwnJid = null }) with
                {
                    GatewayFailure = "Unreachable",
                },
                Gravity.Info,
                InstanceRemedy.Verify
            },
            {
                "gateway.unknown-instance",
                Facts(InstanceState.Disconnected) with
                {
                    GatewayFailure = "UnknownInstance",
                },
                Gravity.Critical,
                InstanceRemedy.Scan
            },
            { "logged-out", Facts(InstanceState.LoggedOut) with { Unconfirmed = 1 }, Gravity.Critical, InstanceRemedy.Scan },
            { "qr-limit", Facts(InstanceState.Disconnected, l => l with { CloseCode = 428 }), Gravity.Critical, InstanceRemedy.Scan },
            { "never-linked", Facts(InstanceState.Disconnected, l => l with { OwnJid = null }), Gravity.Info, InstanceRemedy.Scan },
            { "waiting-for-scan", Facts(InstanceState.Connecting, l => l with { OwnJid = null }), Gravity.Info, InstanceRemedy.Scan },
            {
                "reconnecting",
                Facts(InstanceState.Connecting, l => l with { Since = Now.AddSeconds(-5) }),
                Gravity.Info,
                InstanceRemedy.None
            },
            { "reconnecting.long", Facts(InstanceState.Connecting), Gravity.Warning, InstanceRemedy.Verify },
            { "unconfirmed", Facts(InstanceState.Open) with { Unconfirmed = 2, Queued = 5 }, Gravity.Warning, InstanceRemedy.None },
            { "no-proof", Facts(InstanceState.Open) with { GatewaySeenAt = Now.AddMinutes(-6) }, Gravity.Unknown, InstanceRemedy.Verify },
            { "sending", Facts(InstanceState.Open) with { Queued = 5 }, Gravity.Fine, InstanceRemedy.None },
            { "last-inbound", Facts(InstanceState.Open) with { LastInboundAt = Now.AddHours(-3) }, Gravity.Fine, InstanceRemedy.None },
            { "no-message-yet", Facts(InstanceState.Open), Gravity.Fine, InstanceRemedy.None },
        };

    [Theory]
    [MemberData(nameof(Sentences))]
    public void Sentence_says_the_gravest_thing(string key, NumberFacts facts, Gravity gravity, InstanceRemedy remedy)
    {
        var sentence = InstanceSentence.Of(facts, Now);

        (sentence.Key, sentence.Gravity, sentence.Remedy).ShouldBe((key, gravity, remedy));
    }

    [Fact]
    public void Layers_without_a_proof_are_unknown_and_never_bad()
    {
        var layers = NumberHealth.Of(Facts(InstanceState.Unknown) with { GatewaySeenAt = null }, lastReceiptAt: null, Now);

        layers.Select(l => l.Layer).ShouldBe(Enum.GetValues<HealthLayer>());
        layers.ShouldAllBe(l => l.Gravity == Gravity.Unknown);
    }

    [Fact]
    public void Layers_show_what_was_proven()
    {
        var facts = Facts(InstanceState.Open) with { LastInboundAt = Now.AddMinutes(-3), LastEventAt = Now.AddHours(-2), Unconfirmed = 1 };

        var layers = NumberHealth.Of(facts, Now.AddMinutes(-4), Now);

        layers.Select(l => l.Gravity).ShouldBe([Gravity.Fine, Gravity.Fine, Gravity.Fine, Gravity.Warning, Gravity.Unknown, Gravity.Fine]);
    }

    [Fact]
    public void Worst_comes_first_and_names_break_ties()
    {
        (string Name, Gravity Gravity)[] rows = [("b", Gravity.Fine), ("c", Gravity.Unknown), ("a", Gravity.Fine), ("d", Gravity.Critical)];

        NumberOrder.WorstFirst(rows, r => r.Gravity, r => r.Name).Select(r => r.Name).ShouldBe(["d", "c", "a", "b"]);
    }

    [Fact]
    public void Flapping_is_said_once_and_a_ban_is_always_written()
    {
        var ups = Enumerable
            .Range(0, 500)
            .Select(i => new ConnectionLine(InstanceState.Open, null, i % 2 == 0 ? "reconnecting" : "connected"));
        var ban = new ConnectionLine(InstanceState.Banned, 403, "closed.403");

        var written = ConnectionFlaps.Thin([.. ups, ban], recent: ["connected", "reconnecting", "connected"]);
        var later = ConnectionFlaps.Thin([.. ups, ban], [.. written.Select(l => l.What)]);

        written
            .Select(l => l.What)
            .ShouldBe(["reconnecting", "connected", "reconnecting", "connected", "reconnecting", "flapping", "closed.403"]);
        later.ShouldHaveSingleItem().ShouldBe(ban);
    }

    private static NumberFacts Facts(InstanceState state, Func<ConnectionFacts, ConnectionFacts>? link = null)
    {
        var facts = new ConnectionFacts(state, Now.AddHours(-1)) { OwnJid = "5511988880003@s.whatsapp.net" };
        return new NumberFacts(link?.Invoke(facts) ?? facts, Unconfirmed: 0, Queued: 0, GatewayFailure: null)
        {
            GatewaySeenAt = Now.AddSeconds(-30),
        };
    }
}
