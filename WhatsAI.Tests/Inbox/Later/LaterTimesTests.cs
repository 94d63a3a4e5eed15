using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Tests.Inbox.Later;

public sealed class LaterTimesTests
{
    private static readonly TimeZoneInfo _saoPaulo = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");
    private static readonly TimeZoneInfo _newYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
    private static readonly DateTimeOffset _now = new(2026, 11, 20, 15, 4, 5, TimeSpan.Zero);

    [Fact]
    public void In_a_while_is_three_hours_on_a_full_minute()
    {
        LaterTimes.InAWhile(_now).ShouldBe(new DateTimeOffset(2026, 11, 20, 18, 5, 0, TimeSpan.Zero));
        LaterTimes.InAWhile(_now.AddSeconds(-5)).ShouldBe(new DateTimeOffset(2026, 11, 20, 18, 4, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("2026-11-20T12:00", "2026-11-21T09:00")]
    // Late in the evening it is another day already where the server's clock stands.
    [InlineData("2026-11-20T22:30", "2026-11-21T09:00")]
    [InlineData("2026-11-21T00:10", "2026-11-22T09:00")]
    [InlineData("2028-02-28T10:00", "2028-02-29T09:00")]
    public void Tomorrow_is_the_next_day_of_the_companys_zone(string local, string expected) =>
        LaterTimes.Tomorrow(At(local, _saoPaulo), _saoPaulo).ShouldBe(At(expected, _saoPaulo));

    [Theory]
    [InlineData("2026-11-20T12:00", "2026-11-23T09:00")]
    [InlineData("2026-11-22T23:59", "2026-11-23T09:00")]
    [InlineData("2026-11-23T00:01", "2026-11-30T09:00")]
    public void Monday_is_the_one_after_today(string local, string expected) =>
        LaterTimes.Monday(At(local, _saoPaulo), _saoPaulo).ShouldBe(At(expected, _saoPaulo));

    [Theory]
    // From 2:00 to 3:00 there is no time that night.
    [InlineData("2027-03-14T02:30", "2027-03-14T07:00Z")]
    [InlineData("2027-03-14T03:00", "2027-03-14T07:00Z")]
    [InlineData("2027-03-14T01:59", "2027-03-14T06:59Z")]
    // From 1:00 to 2:00 there are two.
    [InlineData("2026-11-01T01:30", "2026-11-01T05:30Z")]
    [InlineData("2026-11-01T02:00", "2026-11-01T07:00Z")]
    public void Time_of_the_clocks_is_one_moment_where_they_are_changed(string local, string utc) =>
        At(local, _newYork).UtcDateTime.ShouldBe(DateTimeOffset.Parse(utc, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime);

    [Theory]
    [InlineData("0001-01-01T00:00")]
    [InlineData("9999-12-31T23:59")]
    public void Year_that_nobody_means_is_a_moment_all_the_same(string local) =>
        Should.NotThrow(() => (At(local, TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo")), At(local, _newYork)));

    [Fact]
    public void Tomorrow_morning_is_nine_on_the_clocks_though_the_night_is_an_hour_shorter() =>
        (LaterTimes.Tomorrow(At("2027-03-13T09:00", _newYork), _newYork) - At("2027-03-13T09:00", _newYork)).ShouldBe(
            TimeSpan.FromHours(23)
        );

    [Fact]
    public void What_is_over_or_too_far_away_is_no_time_to_put_something_off_to()
    {
        LaterLimit.Check(_now.AddSeconds(1), _now).ShouldBe(_now.AddSeconds(1));
        Should.Throw<RuleException>(() => LaterLimit.Check(_now, _now)).Key.ShouldBe("later.past");
        LaterLimit.Check(_now.AddDays(365), _now).ShouldBe(_now.AddDays(365));
        Should.Throw<RuleException>(() => LaterLimit.Check(_now.AddDays(365).AddSeconds(1), _now)).Key.ShouldBe("later.too-far");
    }

    [Fact]
    public void Scheduled_message_goes_out_when_the_clocks_of_its_zone_say_so()
    {
        var message = New(new ScheduledWords(" amanhã cedo ", new DateTime(2026, 11, 21, 9, 0, 0), "America/Manaus", true));

        message.DueAt.ShouldBe(new DateTimeOffset(2026, 11, 21, 13, 0, 0, TimeSpan.Zero));
        (message.Text, message.Zone, message.CancelsOnReply, message.State).ShouldBe(
            ("amanhã cedo", "America/Manaus", true, ScheduledState.Scheduled)
        );
    }

    [Theory]
    [InlineData("oi", "2026-11-20T12:00", "America/Sao_Paulo", "later.past")]
    [InlineData("oi", "2027-12-20T12:00", "America/Sao_Paulo", "later.too-far")]
    [InlineData("oi", "2026-11-21T12:00", "Lua/Mar", "later.zone-unknown")]
    [InlineData("oi", "2026-11-21T12:00", "../../../etc/passwd", "later.zone-unknown")]
    [InlineData(" \u200B ", "2026-11-21T12:00", "America/Sao_Paulo", "message.empty")]
    public void Scheduled_message_that_cannot_be_sent_is_refused(string text, string at, string zone, string rule) =>
        Should.Throw<RuleException>(() => New(new ScheduledWords(text, Local(at), zone, true))).Key.ShouldBe(rule);

    [Fact]
    public void Scheduled_message_says_what_becomes_of_it_when_it_is_due()
    {
        var well = new ScheduledFacts(TimeSpan.FromSeconds(3), AuthorMay: true, OptedOut: false, NumberGone: false);

        ScheduledPolicy.Decide(well).ShouldBe(new ScheduledDecision.Send());
        ScheduledPolicy.Decide(well with { Late = TimeSpan.FromHours(6) }).ShouldBe(new ScheduledDecision.Send());
        ScheduledPolicy.Decide(well with { Late = TimeSpan.FromHours(6.1) }).ShouldBe(new ScheduledDecision.Hold("late"));
        ScheduledPolicy.Decide(well with { AuthorMay = false }).ShouldBe(new ScheduledDecision.Hold("author-gone"));
        ScheduledPolicy.Decide(well with { NumberGone = true }).ShouldBe(new ScheduledDecision.Hold("number-deleted"));
        ScheduledPolicy
            .Decide(new ScheduledFacts(TimeSpan.FromDays(9), AuthorMay: false, OptedOut: true, NumberGone: true))
            .ShouldBe(new ScheduledDecision.Drop("opted-out"));
    }

    [Fact]
    public void Time_among_the_values_of_a_line_is_told_from_words()
    {
        LineTime.Read(LineTime.Write(_now)).ShouldBe(_now);
        LineTime.Read("Ana").ShouldBeNull();
        LineTime.Read("at:").ShouldBeNull();
    }

    private static ScheduledMessage New(ScheduledWords words) =>
        new(
            new ScheduledMessageId(Guid.NewGuid()),
            new Conversation { Id = new ConversationId(Guid.NewGuid()), InstanceId = new InstanceId(Guid.NewGuid()) },
            new UserId(Guid.NewGuid()),
            words,
            _now
        );

    private static DateTimeOffset At(string local, TimeZoneInfo zone) => LocalTimes.At(Local(local), zone);

    private static DateTime Local(string local) => DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture);
}
