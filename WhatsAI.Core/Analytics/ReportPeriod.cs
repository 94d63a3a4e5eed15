using System.Runtime.InteropServices;

namespace WhatsAI.Core.Analytics;

public enum ReportRange
{
    Today,
    SevenDays,
    ThirtyDays,
    NinetyDays,

    /// <summary>Two dates that somebody chose.</summary>
    Chosen,
}

/// <summary>From its first moment until just before its last.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ReportSpan(DateTimeOffset From, DateTimeOffset To)
{
    public bool IsEmpty => To <= From;
}

/// <summary>Whole days of a company's calendar; the last of them may be today, which is not over yet.</summary>
public sealed record ReportPeriod
{
    /// <summary>The longest that is reported on at once, in days.</summary>
    public const int MostDays = 366;

    private ReportPeriod(ReportRange range, DateOnly first, DateOnly last) => (Range, First, Last) = (range, first, last);

    public ReportRange Range { get; }

    public DateOnly First { get; }

    /// <summary>The last day that counts; never after today.</summary>
    public DateOnly Last { get; }

    public int Days => Last.DayNumber - First.DayNumber + 1;

    /// <summary>The days until today, and today.</summary>
    /// <exception cref="ArgumentOutOfRangeException">For <see cref="ReportRange.Chosen"/>, which needs its dates.</exception>
    public static ReportPeriod Of(ReportRange range, DateOnly today) =>
        new(
            range,
            today.AddDays(
                1
                    - range switch
                    {
                        ReportRange.Today => 1,
                        ReportRange.SevenDays => 7,
                        ReportRange.ThirtyDays => 30,
                        ReportRange.NinetyDays => 90,
                        _ => throw new ArgumentOutOfRangeException(nameof(range), range, "Needs two dates."),
                    }
            ),
            today
        );

    /// <summary>Two dates in whichever order, what is after today and what is more than <see cref="MostDays"/> cut off.</summary>
    public static ReportPeriod Between(DateOnly one, DateOnly other, DateOnly today)
    {
        var last = Earlier(one > other ? one : other, today);
        var first = Earlier(one > other ? other : one, last);
        return new ReportPeriod(ReportRange.Chosen, last.DayNumber - first.DayNumber < MostDays ? first : last.AddDays(1 - MostDays), last);
    }

    /// <summary>Its moments in a zone; until now where today is one of its days.</summary>
    public ReportSpan Span(TimeZoneInfo zone, DateTimeOffset now)
    {
        var end = LocalDays.StartOf(Last.AddDays(1), zone);
        return new ReportSpan(LocalDays.StartOf(First, zone), end < now ? end : now);
    }

    /// <summary>As many days just before it, broken off at the same time of day, so that half a day is compared with half a day.</summary>
    public ReportSpan Before(TimeZoneInfo zone, DateTimeOffset now)
    {
        var end = LocalDays.StartOf(First, zone);
        if (LocalDays.StartOf(Last.AddDays(1), zone) > now)
        {
            var then = LocalDays.At(TimeZoneInfo.ConvertTime(now, zone).DateTime.AddDays(-Days), zone);
            end = then < end ? then : end;
        }

        return new ReportSpan(LocalDays.StartOf(First.AddDays(-Days), zone), end);
    }

    private static DateOnly Earlier(DateOnly one, DateOnly other) => one < other ? one : other;
}
