using WhatsAI.Core.Analytics;

namespace WhatsAI.Tests.Analytics;

public sealed class HourGridTests
{
    private static readonly TimeZoneInfo _saoPaulo = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");

    // Two weeks from a Monday's midnight in São Paulo.
    private static readonly ReportSpan _twoWeeks = new(At("2026-11-02T03:00:00Z"), At("2026-11-16T03:00:00Z"));

    [Fact]
    public void Hour_of_the_week_is_the_average_over_its_weeks_by_the_companys_clock()
    {
        var flow = Flow(0, opened: [("2026-11-02T13:05:00Z", 3), ("2026-11-09T13:50:00Z", 2), ("2026-11-02T02:59:00Z", 90)]);

        var grid = HourGrid.OfOpened(_twoWeeks, flow, _saoPaulo);

        grid[DayOfWeek.Monday, 10].ShouldBe(2.5);
        grid[DayOfWeek.Monday, 11].ShouldBe(0);
        grid[DayOfWeek.Sunday, 23].ShouldBe(0);
        grid.Peak.ShouldBe(new WeekHour(DayOfWeek.Monday, 10));
    }

    [Fact]
    public void Hour_that_has_not_come_yet_is_not_known()
    {
        var grid = HourGrid.OfOpened(new ReportSpan(At("2026-11-02T03:00:00Z"), At("2026-11-02T13:20:00Z")), Flow(0), _saoPaulo);

        grid[DayOfWeek.Monday, 10].ShouldBe(0);
        grid[DayOfWeek.Monday, 11].ShouldBeNull();
        grid[DayOfWeek.Tuesday, 3].ShouldBeNull();
        grid.Peak.ShouldBeNull();
    }

    [Fact]
    public void Hour_that_is_not_over_counts_as_one()
    {
        var span = new ReportSpan(At("2026-11-02T03:00:00Z"), At("2026-11-02T13:20:00Z"));

        HourGrid.OfOpened(span, Flow(0, opened: [("2026-11-02T13:05:00Z", 3)]), _saoPaulo)[DayOfWeek.Monday, 10].ShouldBe(3);
    }

    [Fact]
    public void Backlog_goes_on_from_what_was_open_before()
    {
        var span = new ReportSpan(At("2026-11-02T03:00:00Z"), At("2026-11-02T06:00:00Z"));
        var flow = Flow(5, opened: [("2026-11-02T04:30:00Z", 4)], resolved: [("2026-11-02T05:00:00Z", 6)]);

        var grid = HourGrid.OfBacklog(span, flow, _saoPaulo);

        grid[DayOfWeek.Monday, 0].ShouldBe(5);
        grid[DayOfWeek.Monday, 1].ShouldBe(7);
        grid[DayOfWeek.Monday, 2].ShouldBe(3);
        grid.Most.ShouldBe(7);
    }

    [Fact]
    public void Hour_that_the_clocks_show_twice_is_one_and_one_they_leave_out_is_none()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        var back = new ReportSpan(At("2026-11-01T04:00:00Z"), At("2026-11-02T05:00:00Z"));
        var forward = new ReportSpan(At("2026-03-08T05:00:00Z"), At("2026-03-09T04:00:00Z"));

        HourGrid
            .OfOpened(back, Flow(0, opened: [("2026-11-01T05:30:00Z", 1), ("2026-11-01T06:30:00Z", 1)]), zone)[DayOfWeek.Sunday, 1]
            .ShouldBe(2);
        HourGrid.OfOpened(forward, Flow(0), zone)[DayOfWeek.Sunday, 2].ShouldBeNull();
    }

    [Fact]
    public void Zone_half_an_hour_off_has_its_own_hours()
    {
        var india = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");
        var span = new ReportSpan(At("2026-11-01T18:30:00Z"), At("2026-11-02T18:30:00Z"));

        var grid = HourGrid.OfOpened(span, Flow(0, opened: [("2026-11-02T04:31:00Z", 1), ("2026-11-02T04:29:00Z", 2)]), india);

        grid[DayOfWeek.Monday, 10].ShouldBe(1);
        grid[DayOfWeek.Monday, 9].ShouldBe(2);
    }

    private static HourFlow Flow(int open, (string At, int Count)[]? opened = null, (string At, int Count)[]? resolved = null) =>
        new(open, Quarters(opened ?? []), Quarters(resolved ?? []));

    private static Dictionary<long, int> Quarters((string At, int Count)[] of) =>
        of.ToDictionary(o => HourFlow.QuarterOf(At(o.At)), o => o.Count);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
