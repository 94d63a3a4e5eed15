using WhatsAI.Core.Campaigns.Live;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools.Pace;

namespace WhatsAI.Tests.Campaigns.Live;

public sealed class ExpectedEndTests
{
    private static readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");

    // Monday to Friday, 09:00 to 17:00.
    private static readonly SendingWindow _window = new([
        .. Enumerable.Range(1, 5).Select(d => new OpenSpan((DayOfWeek)d, 9 * 60, 17 * 60)),
    ]);

    // A Thursday.
    private static readonly DateTimeOffset _now = At(26, 14);

    [Fact]
    public void What_is_left_goes_at_the_pace_there_is() => End(left: 150, perHour: 100).ShouldBe(At(26, 15, 30));

    [Fact]
    public void What_the_day_does_not_hold_goes_when_it_opens_again() => End(left: 400, perHour: 100).ShouldBe(At(27, 10));

    [Fact]
    public void Days_without_hours_are_left_out() => End(left: 1_200, perHour: 100).ShouldBe(At(30, 10));

    [Fact]
    public void Caps_hold_back_what_the_hours_would_allow() => End(left: 300, perHour: 100, cap: 120).ShouldBe(At(30, 9, 36));

    [Fact]
    public void What_does_not_end_has_no_end()
    {
        End(left: 10, perHour: 0).ShouldBeNull();
        End(left: 10, perHour: 100, cap: 0).ShouldBeNull();
        End(left: 0, perHour: 0).ShouldBe(_now);
    }

    private static DateTimeOffset? End(int left, double perHour, int cap = 10_000) =>
        ExpectedEnd.Of(left, perHour, _ => cap, _window, _now, _zone);

    private static DateTimeOffset At(int day, int hour, int minute = 0) => new(2026, 11, day, hour, minute, 0, TimeSpan.FromHours(-3));
}
