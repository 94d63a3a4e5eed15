using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Instances.Pools.Pace;
using static WhatsAI.Tests.Instances.Pools.PoolSamples;

namespace WhatsAI.Tests.Instances.Pools.Pace;

public sealed class SendingWindowTests
{
    private static readonly Dictionary<string, TimeZoneInfo> _zones = new[] { SaoPaulo, NewYork, Lisbon }.ToDictionary(z => z.Id);

    // 2026-11-20 is a Friday and a holiday in Brazil; 2028-02-29 a Tuesday.
    [Theory]
    [InlineData("America/Sao_Paulo", "2026-11-19T08:59:59", "2026-11-19T09:00", "2026-11-19T21:00")]
    [InlineData("America/Sao_Paulo", "2026-11-19T09:00", "2026-11-19T09:00", "2026-11-19T21:00")]
    [InlineData("America/Sao_Paulo", "2026-11-19T20:59:59", "2026-11-19T09:00", "2026-11-19T21:00")]
    [InlineData("America/Sao_Paulo", "2026-11-19T21:00", "2026-11-21T09:00", "2026-11-21T21:00")]
    [InlineData("America/Sao_Paulo", "2026-11-21T21:00", "2026-11-23T09:00", "2026-11-23T21:00")]
    [InlineData("America/Sao_Paulo", "2028-02-28T22:00", "2028-02-29T09:00", "2028-02-29T21:00")]
    [InlineData("America/Sao_Paulo", "2028-02-29T22:00", "2028-03-01T09:00", "2028-03-01T21:00")]
    [InlineData("America/Sao_Paulo", "2027-02-28T12:00", "2027-03-01T09:00", "2027-03-01T21:00")]
    [InlineData("America/New_York", "2026-10-31T22:00", "2026-11-02T09:00", "2026-11-02T21:00")]
    [InlineData("Europe/Lisbon", "2027-03-27T21:00", "2027-03-29T09:00", "2027-03-29T21:00")]
    public void Opening_is_found_by_the_tenants_clocks(string zone, string at, string opens, string closes)
    {
        var window = new SendingWindow(SendingWindow.Default.Spans, [new DateOnly(2026, 11, 20)]);

        window.Find(At(at, _zones[zone]), _zones[zone]).ShouldBe(new WindowOpening(At(opens, _zones[zone]), At(closes, _zones[zone])));
    }

    // Clocks: New York skips 02:00-03:00 on 2027-03-14 and repeats 01:00-02:00 on 2026-11-01; Lisbon skips 01:00-02:00 on 2027-03-28, repeats it on 2026-10-25.
    [Theory]
    [InlineData("America/New_York", "2027-03-14", 0, 24, 23)]
    [InlineData("America/New_York", "2026-11-01", 0, 24, 25)]
    [InlineData("America/New_York", "2027-03-14", 2, 3, 0)]
    [InlineData("America/New_York", "2027-03-14", 1, 4, 2)]
    [InlineData("America/New_York", "2026-11-01", 1, 2, 2)]
    [InlineData("America/New_York", "2026-11-01", 2, 3, 1)]
    [InlineData("Europe/Lisbon", "2027-03-28", 1, 2, 0)]
    [InlineData("Europe/Lisbon", "2026-10-25", 0, 24, 25)]
    [InlineData("Europe/Lisbon", "2026-10-25", 1, 2, 2)]
    [InlineData("America/Sao_Paulo", "2026-10-18", 0, 24, 24)]
    [InlineData("America/Sao_Paulo", "2028-02-29", 0, 24, 24)]
    public void Day_of_a_change_of_clocks_is_as_long_as_it_is(string zone, string day, int from, int to, int hours)
    {
        var date = DateOnly.ParseExact(day, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var window = new SendingWindow([new OpenSpan(date.DayOfWeek, from * 60, to * 60)]);

        window.On(date, _zones[zone]).Sum(o => (o.Closes - o.Opens).TotalHours).ShouldBe(hours);
    }

    [Fact]
    public void An_hour_that_comes_twice_opens_a_window_once()
    {
        var window = new SendingWindow([new OpenSpan(DayOfWeek.Sunday, 30, 90)]);
        var first = new DateTimeOffset(2026, 11, 1, 1, 10, 0, TimeSpan.FromHours(-4));
        var second = new DateTimeOffset(2026, 11, 1, 1, 10, 0, TimeSpan.FromHours(-5));

        window.Find(first, NewYork)!.Value.Opens.ShouldBe(At("2026-11-01T00:30", NewYork));
        window.Find(second, NewYork)!.Value.Opens.ShouldBe(At("2026-11-08T00:30", NewYork));
    }

    [Fact]
    public void A_night_is_two_spans_that_meet_at_midnight()
    {
        var night = new SendingWindow([new OpenSpan(DayOfWeek.Friday, 22 * 60, 24 * 60), new OpenSpan(DayOfWeek.Saturday, 0, 2 * 60)]);

        night.Find(At("2026-11-20T23:59:59", SaoPaulo), SaoPaulo)!.Value.Closes.ShouldBe(At("2026-11-21T00:00", SaoPaulo));
        night.Find(At("2026-11-21T00:00", SaoPaulo), SaoPaulo)!.Value.Opens.ShouldBe(At("2026-11-21T00:00", SaoPaulo));
        night.Find(At("2026-11-21T02:00", SaoPaulo), SaoPaulo)!.Value.Opens.ShouldBe(At("2026-11-27T22:00", SaoPaulo));
    }

    [Fact]
    public void Window_that_never_opens_is_said_so()
    {
        var days = Enumerable.Range(0, 500).Select(d => new DateOnly(2026, 11, 1).AddDays(d));

        new SendingWindow(SendingWindow.Default.Spans, [.. days]).Find(At("2026-11-02T12:00", SaoPaulo), SaoPaulo).ShouldBeNull();
        Should.Throw<RuleException>(() => new SendingWindow([])).Key.ShouldBe("hours.invalid");
    }
}
