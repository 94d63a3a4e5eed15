using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Notifying;
using WhatsAI.Web.Inbox.Notifying;

namespace WhatsAI.Tests.Inbox.Notifying;

public sealed class QuietHoursTests
{
    private const string Zone = "America/Sao_Paulo";

    [Theory]
    [InlineData("2026-11-20T19:59:59-03:00", false)] // Friday
    [InlineData("2026-11-20T20:00:00-03:00", true)]
    [InlineData("2026-11-21T07:59:00-03:00", true)] // into Saturday
    [InlineData("2026-11-21T08:00:00-03:00", false)]
    [InlineData("2026-11-21T20:30:00-03:00", false)] // Saturday has none of its own
    [InlineData("2026-11-20T23:30:00+00:00", true)] // the zone's hours, not UTC's
    [InlineData("2026-11-20T19:30:00+00:00", false)]
    public void Span_that_ends_before_it_begins_lasts_into_the_next_day(string at, bool quiet) =>
        new QuietHours([new QuietSpan(DayOfWeek.Friday, 20 * 60, 8 * 60)], Zone).Covers(DateTimeOffset.Parse(at, null)).ShouldBe(quiet);

    [Theory]
    [InlineData("2026-11-21T00:00:00-03:00", true)]
    [InlineData("2026-11-21T23:59:59-03:00", true)]
    [InlineData("2026-11-22T00:00:00-03:00", false)]
    public void Whole_day_is_from_midnight_to_midnight(string at, bool quiet) =>
        new QuietHours([QuietSpan.Whole(DayOfWeek.Saturday)], Zone).Covers(DateTimeOffset.Parse(at, null)).ShouldBe(quiet);

    [Fact]
    public void Hours_follow_the_wall_clock_through_the_summer_time()
    {
        // New York: the clocks go back on 1 November 2026 at 2:00.
        var hours = new QuietHours([new QuietSpan(DayOfWeek.Saturday, 22 * 60, 7 * 60)], "America/New_York");

        hours.Covers(DateTimeOffset.Parse("2026-11-01T11:59:00Z", null)).ShouldBeTrue();
        hours.Covers(DateTimeOffset.Parse("2026-11-01T12:00:00Z", null)).ShouldBeFalse();
    }

    [Fact]
    public void What_is_no_span_of_a_week_is_refused()
    {
        Refused(() => new QuietHours([], Zone));
        Refused(() => new QuietHours([new QuietSpan(DayOfWeek.Monday, -1, 60)], Zone));
        Refused(() => new QuietHours([new QuietSpan(DayOfWeek.Monday, 0, 1441)], Zone));
        Refused(() => new QuietHours([new QuietSpan((DayOfWeek)9, 0, 60)], Zone));
        Refused(() => new QuietHours([new QuietSpan(DayOfWeek.Monday, 0, 60), new QuietSpan(DayOfWeek.Monday, 90, 120)], Zone));
        Should
            .Throw<RuleException>(() => new QuietHours([QuietSpan.Whole(DayOfWeek.Monday)], "Mars/Base"))
            .Key.ShouldBe("tenant.zone-unknown");
    }

    [Fact]
    public void Form_gives_back_the_hours_it_was_shown()
    {
        var quiet = new QuietHours([new QuietSpan(DayOfWeek.Monday, 20 * 60, 8 * 60), QuietSpan.Whole(DayOfWeek.Sunday)], "America/Manaus");
        var form = new NotifyingChoice(new NotifyingSettings { Quiet = quiet, MentionsPass = true }, Zone);

        form.Days.Select(d => d.Day).First().ShouldBe(DayOfWeek.Monday);
        var read = form.ToForm();
        new QuietHours(read.Quiet!, read.Zone).ShouldBe(quiet);
        form.Days[0].To = null;
        Refused(() => new QuietHours(form.ToForm().Quiet!, read.Zone));
    }

    private static void Refused(Func<object> make) => Should.Throw<RuleException>(make).Key.ShouldBe("quiet.invalid");
}
