using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;

namespace WhatsAI.Tests.Common;

public sealed class BusinessHoursTests
{
    private static readonly TimeZoneInfo _saoPaulo = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");
    private static readonly TimeZoneInfo _newYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    private static readonly BusinessHours _office = new(
        new[] { DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday }.SelectMany(d =>
            OpenSpans.Parse(d, "08:00-12:00, 13:00-18:00")
        )
    );

    [Theory]
    [InlineData("2026-11-20T08:00", true)]
    [InlineData("2026-11-20T07:59", false)]
    [InlineData("2026-11-20T12:30", false)]
    [InlineData("2026-11-20T18:00", false)]
    [InlineData("2026-11-21T10:00", false)]
    public void Open_from_the_first_minute_to_before_the_last(string local, bool open) =>
        _office.IsOpen(At(local, _saoPaulo), _saoPaulo).ShouldBe(open);

    [Theory]
    [InlineData("2026-11-20T11:00", "2026-11-20T14:00", 120)]
    [InlineData("2026-11-20T17:00", "2026-11-23T09:00", 120)]
    [InlineData("2026-11-21T00:00", "2026-11-22T23:00", 0)]
    [InlineData("2026-11-16T00:00", "2026-11-23T00:00", 5 * 9 * 60)]
    public void Time_between_counts_open_minutes_only(string from, string to, int minutes) =>
        _office.Between(At(from, _saoPaulo), At(to, _saoPaulo), _saoPaulo).ShouldBe(TimeSpan.FromMinutes(minutes));

    [Theory]
    [InlineData("2026-11-20T17:30", 60, "2026-11-23T08:30")]
    [InlineData("2026-11-20T11:30", 45, "2026-11-20T13:15")]
    [InlineData("2026-11-20T11:00", 60, "2026-11-20T12:00")]
    [InlineData("2026-11-21T10:00", 30, "2026-11-23T08:30")]
    public void Deadline_stands_still_while_closed(string from, int minutes, string due) =>
        _office.After(At(from, _saoPaulo), TimeSpan.FromMinutes(minutes), _saoPaulo).ShouldBe(At(due, _saoPaulo));

    [Fact]
    public void Always_is_day_and_night_across_a_change_of_clocks()
    {
        var (before, after) = (At("2026-10-31T12:00", _newYork), At("2026-11-02T12:00", _newYork));

        BusinessHours.Always.IsAlways.ShouldBeTrue();
        BusinessHours.Always.Between(before, after, _newYork).ShouldBe(TimeSpan.FromHours(49));
        (after - before).ShouldBe(TimeSpan.FromHours(49));
        BusinessHours
            .Always.Between(At("2027-03-13T12:00", _newYork), At("2027-03-15T12:00", _newYork), _newYork)
            .ShouldBe(TimeSpan.FromHours(47));
    }

    [Fact]
    public void Hours_that_the_clocks_skip_begin_when_they_have_skipped()
    {
        var night = new BusinessHours([new OpenSpan(DayOfWeek.Sunday, (2 * 60) + 15, 5 * 60)]);

        // 2027-03-14: from 2:00 to 3:00 there is no time.
        night.Between(At("2027-03-14T00:00", _newYork), At("2027-03-14T12:00", _newYork), _newYork).ShouldBe(TimeSpan.FromHours(2));
    }

    [Theory]
    [InlineData(600, 600)]
    [InlineData(-1, 10)]
    [InlineData(0, 1_441)]
    public void Span_without_length_or_beyond_the_day_is_refused(int from, int to) =>
        Should.Throw<RuleException>(() => new BusinessHours([new OpenSpan(DayOfWeek.Monday, from, to)])).Key.ShouldBe("hours.invalid");

    [Fact]
    public void Overlapping_spans_and_none_at_all_are_refused()
    {
        Should
            .Throw<RuleException>(() => new BusinessHours(OpenSpans.Parse(DayOfWeek.Monday, "8-12, 11-18")))
            .Key.ShouldBe("hours.overlap");
        Should.Throw<RuleException>(() => new BusinessHours([])).Key.ShouldBe("hours.invalid");
    }

    [Theory]
    [InlineData("8-18", "08:00-18:00")]
    [InlineData("8h30–12h; 13:00 - 24:00", "08:30-12:00, 13:00-24:00")]
    [InlineData("", "")]
    public void Openings_are_read_as_people_write_them(string written, string read) =>
        OpenSpans.Write(OpenSpans.Parse(DayOfWeek.Monday, written)).ShouldBe(read);

    [Theory]
    [InlineData("8")]
    [InlineData("18-8")]
    [InlineData("8-25")]
    [InlineData("8:60-9")]
    [InlineData("manhã")]
    public void What_is_no_span_is_said(string written) =>
        Should.Throw<RuleException>(() => OpenSpans.Parse(DayOfWeek.Monday, written)).Key.ShouldBe("hours.unreadable");

    private static DateTimeOffset At(string local, TimeZoneInfo zone)
    {
        var time = DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture);
        return new DateTimeOffset(time, zone.GetUtcOffset(time));
    }
}
