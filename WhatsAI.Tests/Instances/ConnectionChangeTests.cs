using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Tests.Instances;

public sealed class ConnectionChangeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly Jid Owner = Jid.Parse("5511988880003@s.whatsapp.net");

    public static TheoryData<InstanceState, int, InstanceState, string> Codes =>
        new()
        {
            { InstanceState.Open, 401, InstanceState.LoggedOut, "closed.401" },
            { InstanceState.Open, 402, InstanceState.Restricted, "closed.402" },
            { InstanceState.Open, 403, InstanceState.Banned, "closed.403" },
            { InstanceState.Open, 406, InstanceState.Banned, "closed.406" },
            { InstanceState.Open, 408, InstanceState.Disconnected, "closed.408" },
            { InstanceState.Open, 411, InstanceState.Disconnected, "closed.411" },
            { InstanceState.Open, 428, InstanceState.Disconnected, "closed.428" },
            { InstanceState.Open, 440, InstanceState.Disconnected, "closed.440" },
            { InstanceState.Open, 500, InstanceState.Disconnected, "closed.500" },
            { InstanceState.Open, 503, InstanceState.Disconnected, "closed.503" },
            { InstanceState.Open, 515, InstanceState.Disconnected, "closed.515" },
            { InstanceState.Open, 999, InstanceState.Disconnected, "closed.other" },
            { InstanceState.Connecting, 401, InstanceState.LoggedOut, "closed.401" },
            { InstanceState.LoggedOut, 403, InstanceState.Banned, "closed.403" },
            { InstanceState.Disconnected, 401, InstanceState.LoggedOut, "closed.401" },
        };

    [Theory]
    [MemberData(nameof(Codes))]
    public void Close_with_a_code_leads_to_its_state_and_line(InstanceState from, int code, InstanceState to, string what)
    {
        var change = ConnectionChange.Of(Linked(from), [Closed(code)], Now);

        change.Facts.State.ShouldBe(to);
        change.Facts.CloseCode.ShouldBe(code);
        change.Facts.Since.ShouldBe(Now);
        change.Lines.ShouldHaveSingleItem().What.ShouldBe(what);
    }

    public static TheoryData<string> Orders => ["slc", "scl", "lsc", "lcs", "csl", "cls"];

    [Theory]
    [MemberData(nameof(Orders))]
    public void The_three_webhooks_of_a_ban_in_any_order_are_one_line(string order)
    {
        GatewayEvent Event(char c) =>
            c switch
            {
                's' => new InstanceClosed(403, Now, null, null),
                'l' => new InstanceLoggedOut(),
                _ => Closed(403),
            };
        var (facts, lines) = Run(Linked(InstanceState.Open), order.Select(Event));

        facts.State.ShouldBe(InstanceState.Banned);
        facts.CloseCode.ShouldBe(403);
        Written(lines).ShouldBe(["closed.403"]);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void The_three_webhooks_of_a_restriction_keep_its_end_and_reason(string order)
    {
        GatewayEvent Event(char c) =>
            c switch
            {
                's' => new InstanceClosed(402, Now, 104, TimeSpan.FromHours(1)),
                'l' => new InstanceLoggedOut(),
                _ => Closed(402),
            };
        var (facts, lines) = Run(Linked(InstanceState.Open), order.Select(Event));

        facts.State.ShouldBe(InstanceState.Restricted);
        facts.RestrictedUntil.ShouldBe(Now.AddHours(1));
        Written(lines).ShouldBe(["closed.402.104"]);
    }

    [Theory]
    [InlineData(InstanceState.LoggedOut)]
    [InlineData(InstanceState.Restricted)]
    [InlineData(InstanceState.Banned)]
    public void Open_right_after_a_close_asks_for_proof_and_changes_nothing(InstanceState state)
    {
        var before = Linked(state) with { Since = Now.AddSeconds(-3) };

        var change = ConnectionChange.Of(before, [Open()], Now);

        change.Facts.ShouldBe(before);
        change.NeedsProof.ShouldBeTrue();
        change.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Open_long_after_a_close_is_believed()
    {
        var before = Linked(InstanceState.Restricted) with
        {
            RestrictedUntil = Now.AddMinutes(5),
            CloseCode = 402,
            QrCode = "2@x",
            QrCount = 3,
        };

        var change = ConnectionChange.Of(before, [Open()], Now);

        change.Facts.State.ShouldBe(InstanceState.Open);
        change.Facts.RestrictedUntil.ShouldBeNull();
        change.Facts.CloseCode.ShouldBeNull();
        change.Facts.QrCode.ShouldBeNull();
        change.Facts.QrCount.ShouldBe(0);
        change.Lines.ShouldHaveSingleItem().What.ShouldBe("connected");
    }

    [Fact]
    public void Open_tells_the_number_and_its_profile()
    {
        var change = ConnectionChange.Of(New(), [Open()], Now);

        change.Facts.OwnJid.ShouldBe("5511988880003@s.whatsapp.net");
        change.Facts.Phone!.Value.ShouldBe("+5511988880003");
        change.Facts.ProfileName.ShouldBe("Loja");
    }

    [Fact]
    public void Connecting_after_open_asks_for_proof()
    {
        var change = ConnectionChange.Of(Linked(InstanceState.Open), [Connecting()], Now);

        change.Facts.State.ShouldBe(InstanceState.Connecting);
        change.NeedsProof.ShouldBeTrue();
        change.Lines.ShouldHaveSingleItem().What.ShouldBe("reconnecting");
    }

    [Theory]
    [InlineData(InstanceState.LoggedOut)]
    [InlineData(InstanceState.Restricted)]
    [InlineData(InstanceState.Banned)]
    public void Connecting_does_not_hide_a_grave_state(InstanceState state)
    {
        var before = Linked(state);

        ConnectionChange.Of(before, [Connecting()], Now).IsNothing(before).ShouldBeTrue();
    }

    [Fact]
    public void Thousands_of_connecting_events_change_nothing()
    {
        var before = Linked(InstanceState.Connecting);

        var change = ConnectionChange.Of(before, Enumerable.Repeat(Connecting(), 3_000), Now);

        change.IsNothing(before).ShouldBeTrue();
        change.NeedsProof.ShouldBeFalse();
    }

    [Fact]
    public void Close_older_than_the_session_that_is_open_is_not_believed()
    {
        var before = Linked(InstanceState.Open) with { Since = Now.AddMinutes(-2) };

        var change = ConnectionChange.Of(before, [new InstanceClosed(403, Now.AddMinutes(-20), null, null)], Now);

        change.Facts.ShouldBe(before);
        change.NeedsProof.ShouldBeTrue();
    }

    [Fact]
    public void Lesser_close_does_not_soften_a_ban()
    {
        var before = Linked(InstanceState.Banned) with { CloseCode = 403 };

        ConnectionChange.Of(before, [Closed(440)], Now).IsNothing(before).ShouldBeTrue();
        ConnectionChange.Of(before, [Closed(401)], Now).IsNothing(before).ShouldBeTrue();
    }

    [Fact]
    public void Log_out_after_a_restriction_ran_out_is_a_log_out()
    {
        var before = Linked(InstanceState.Restricted) with { CloseCode = 402, RestrictedUntil = Now.AddMinutes(-1) };

        ConnectionChange.Of(before, [Closed(401)], Now).Facts.State.ShouldBe(InstanceState.LoggedOut);
    }

    [Fact]
    public void Log_out_of_a_number_that_was_never_linked_ends_its_qr_run()
    {
        var before = New() with { State = InstanceState.Connecting, QrCode = "2@x", QrCount = 2 };

        var (facts, lines) = Run(before, [new InstanceClosed(401, Now, null, null), new InstanceLoggedOut(), Closed(401)]);

        facts.State.ShouldBe(InstanceState.Disconnected);
        facts.CloseCode.ShouldBeNull();
        facts.QrCode.ShouldBeNull();
        lines.ShouldBeEmpty();
    }

    [Fact]
    public void Codes_are_counted_and_the_same_one_is_no_news()
    {
        var (facts, lines) = Run(New(), [Qr("2@a"), Qr("2@a"), Qr("2@b"), new QrUpdated("2@b", null, "ABCD1234")]);

        facts.State.ShouldBe(InstanceState.Connecting);
        (facts.QrCode, facts.QrCount, facts.PairingCode).ShouldBe(("2@b", 2, "ABCD1234"));
        lines.Select(l => l.What).ShouldBe(["connecting"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Qr_limit_ends_the_run_once_whichever_webhook_is_first(bool refusedFirst)
    {
        GatewayEvent[] events = [new QrExpired(500), new ConnectionChanged(LinkState.Refused, 428, null, null, null)];
        var before = New() with { State = InstanceState.Connecting, QrCode = "2@x", QrCount = 30 };

        var (facts, lines) = Run(before, refusedFirst ? events.Reverse() : events);

        (facts.State, facts.CloseCode, facts.QrCode, facts.QrCount).ShouldBe((InstanceState.Disconnected, 428, null, 30));
        lines.Select(l => l.What).ShouldBe(["qr-limit"]);
    }

    [Fact]
    public void Qr_run_of_a_banned_number_leaves_it_banned()
    {
        var before = Linked(InstanceState.Banned) with { CloseCode = 403 };

        var (facts, lines) = Run(before, [Connecting(), Qr("2@a"), new QrExpired(500)]);

        (facts.State, facts.CloseCode, facts.QrCode, facts.QrCount).ShouldBe((InstanceState.Banned, 403, null, 1));
        lines.ShouldBeEmpty();
    }

    [Fact]
    public void Removed_at_the_gateway_asks_for_proof()
    {
        var change = ConnectionChange.Of(Linked(InstanceState.Open), [new InstanceRemoved()], Now);

        (change.Facts.State, change.NeedsProof).ShouldBe((InstanceState.Disconnected, true));
        change.Lines.ShouldHaveSingleItem().What.ShouldBe("removed");
    }

    [Theory]
    [InlineData(InstanceState.Banned, LinkState.Open, InstanceState.Open, "proven-open")]
    [InlineData(InstanceState.Open, LinkState.Closed, InstanceState.Disconnected, "proven-closed")]
    [InlineData(InstanceState.Connecting, LinkState.Closed, InstanceState.Disconnected, "proven-closed")]
    [InlineData(InstanceState.Open, LinkState.Connecting, InstanceState.Connecting, "reconnecting")]
    [InlineData(InstanceState.Open, LinkState.Open, InstanceState.Open, null)]
    [InlineData(InstanceState.Banned, LinkState.Closed, InstanceState.Banned, null)]
    [InlineData(InstanceState.LoggedOut, LinkState.Connecting, InstanceState.LoggedOut, null)]
    public void Proof_stands_above_webhooks(InstanceState before, LinkState proven, InstanceState after, string? line)
    {
        var change = ConnectionChange.Proven(Linked(before), proven, Now);

        change.Facts.State.ShouldBe(after);
        change.Lines.Select(l => l.What).ShouldBe(line is null ? [] : [line]);
    }

    private static ConnectionFacts New() => new(InstanceState.Unknown, Now.AddHours(-1));

    private static ConnectionFacts Linked(InstanceState state) =>
        new(state, Now.AddHours(-1)) { OwnJid = Owner.Value, Phone = Owner.Phone };

    private static ConnectionChanged Closed(int code) => new(LinkState.Closed, code, null, null, null);

    private static ConnectionChanged Connecting() => new ConnectionChanged(LinkState.Connecting, 200, null, null, null);

    private static ConnectionChanged Open() => new(LinkState.Open, 200, Owner, "Loja", null);

    private static QrUpdated Qr(string code) => new(code, null, null);

    // Each event in a batch of its own, as webhooks come.
    private static (ConnectionFacts Facts, List<ConnectionLine> Lines) Run(ConnectionFacts before, IEnumerable<GatewayEvent> events)
    {
        var (facts, lines, at) = (before, new List<ConnectionLine>(), Now);
        foreach (var e in events)
        {
            var change = ConnectionChange.Of(facts, [e], at);
            (facts, at) = (change.Facts, at.AddMilliseconds(5));
            lines.AddRange(change.Lines);
        }

        return (facts, lines);
    }

    private static List<string> Written(IEnumerable<ConnectionLine> lines)
    {
        var log = new List<string>();
        foreach (var line in lines)
        {
            if (line.Replaces)
            {
                log.RemoveAt(log.Count - 1);
            }

            log.Add(line.What);
        }

        return log;
    }
}
