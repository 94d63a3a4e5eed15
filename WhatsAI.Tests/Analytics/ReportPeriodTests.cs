using WhatsAI.Core.Analytics;

namespace WhatsAI.Tests.Analytics;

public sealed class ReportPeriodTests
{
    private static readonly TimeZoneInfo _saoPaulo = Zone("America/Sao_Paulo");

    [Fact]
    public void Days_are_cut_at_the_companys_midnight()
    {
        var now = At("2026-11-21T13:20:00Z");

        var period = ReportPeriod.Of(ReportRange.SevenDays, LocalDays.Of(now, _saoPaulo));

        period.Days.ShouldBe(7);
        period.Span(_saoPaulo, now).ShouldBe(new ReportSpan(At("2026-11-15T03:00:00Z"), now));
    }

    [Fact]
    public void Today_is_compared_with_yesterday_until_the_same_time()
    {
        var now = At("2026-11-21T13:20:00Z");

        var period = ReportPeriod.Of(ReportRange.Today, new DateOnly(2026, 11, 21));

        period.Before(_saoPaulo, now).ShouldBe(new ReportSpan(At("2026-11-20T03:00:00Z"), At("2026-11-20T13:20:00Z")));
    }

    [Fact]
    public void Days_that_are_over_are_compared_with_as_many_whole_days_before()
    {
        var period = ReportPeriod.Between(new DateOnly(2026, 11, 2), new DateOnly(2026, 11, 4), new DateOnly(2026, 11, 21));

        period.Span(_saoPaulo, At("2026-11-21T13:20:00Z")).To.ShouldBe(At("2026-11-05T03:00:00Z"));
        period
            .Before(_saoPaulo, At("2026-11-21T13:20:00Z"))
            .ShouldBe(new ReportSpan(At("2026-10-30T03:00:00Z"), At("2026-11-02T03:00:00Z")));
    }

    [Fact]
    public void Late_in_the_evening_it_is_not_tomorrow_yet() =>
        LocalDays.Of(At("2026-11-22T01:30:00Z"), _saoPaulo).ShouldBe(new DateOnly(2026, 11, 21));

    [Fact]
    public void Chosen_dates_may_come_in_any_order_and_end_today_at_the_latest()
    {
        var today = new DateOnly(2026, 11, 21);

        var period = ReportPeriod.Between(new DateOnly(2027, 1, 1), new DateOnly(2026, 11, 10), today);

        (period.First, period.Last).ShouldBe((new DateOnly(2026, 11, 10), today));
        ReportPeriod.Between(new DateOnly(2027, 1, 1), new DateOnly(2027, 2, 1), today).Days.ShouldBe(1);
    }

    [Fact]
    public void Chosen_dates_reach_back_a_year_and_no_further() =>
        ReportPeriod.Between(DateOnly.MinValue, DateOnly.MaxValue, new DateOnly(2026, 11, 21)).Days.ShouldBe(ReportPeriod.MostDays);

    [Theory]
    // Put forward at two: 23 hours. Put back at two: 25. Put forward at midnight, which is left out. Put back to midnight, which comes twice.
    [InlineData("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z", 23)]
    [InlineData("America/New_York", "2026-11-01", "2026-11-01T04:00:00Z", 25)]
    [InlineData("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", 23)]
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", 25)]
    public void Day_of_a_clock_change_is_as_long_as_it_is(string zone, string day, string begins, int hours)
    {
        var date = DateOnly.ParseExact(day, "O");

        var span = ReportPeriod.Between(date, date, date.AddDays(9)).Span(Zone(zone), At(begins).AddDays(8));

        span.From.ShouldBe(At(begins));
        (span.To - span.From).ShouldBe(TimeSpan.FromHours(hours));
    }

    [Fact]
    public void Comparison_across_a_clock_change_breaks_off_at_the_same_time_by_the_clock()
    {
        var zone = Zone("America/New_York");
        var now = At("2026-11-02T15:00:00Z");

        var before = ReportPeriod.Of(ReportRange.SevenDays, LocalDays.Of(now, zone)).Before(zone, now);

        // Ten in the morning of both Mondays.
        before.To.ShouldBe(At("2026-10-26T14:00:00Z"));
    }

    [Fact]
    public void Time_that_the_clocks_left_out_a_week_before_is_still_compared_with()
    {
        var zone = Zone("America/New_York");
        var now = At("2026-03-15T06:30:00Z");

        ReportPeriod.Of(ReportRange.SevenDays, LocalDays.Of(now, zone)).Before(zone, now).To.ShouldBe(At("2026-03-08T07:30:00Z"));
    }

    [Theory]
    [InlineData(null, 5.0, Trend.Unknown, null)]
    [InlineData(5.0, null, Trend.Unknown, null)]
    [InlineData(0.0, 0.0, Trend.Same, null)]
    [InlineData(0.0, 4.0, Trend.Up, null)]
    [InlineData(4.0, 5.0, Trend.Up, 0.25)]
    [InlineData(4.0, 0.0, Trend.Down, -1.0)]
    [InlineData(1000.0, 1004.0, Trend.Same, 0.004)]
    public void Change_knows_nothing_from_nothing(double? before, double? now, Trend trend, double? share) =>
        Change.Between(before, now).ShouldBe(new Change(trend, share));

    private static TimeZoneInfo Zone(string id) => TimeZoneInfo.FindSystemTimeZoneById(id);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
