using System.Runtime.InteropServices;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Common;

namespace WhatsAI.Core.Instances.Pools.Pace;

/// <summary>One time the window is open: from the first moment to before the second.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct WindowOpening(DateTimeOffset Opens, DateTimeOffset Closes);

/// <summary>
/// When campaigns may go out: spans by weekday on the clocks of the tenant's zone, and whole days on which none do. Every opening comes once: where the clocks
/// go through an hour twice it lasts from the first pass of its beginning to the first pass of its end, where they skip one it begins when they have skipped.
/// </summary>
public sealed record SendingWindow
{
    /// <summary>Days within which an opening is looked for.</summary>
    private const int Horizon = 400;

    private readonly OpenSpan[][] _byDay;
    private readonly HashSet<DateOnly> _holidays;

    /// <param name="spans">At least one; a span past midnight is written as two.</param>
    /// <param name="holidays">Days of the tenant's zone without an opening.</param>
    /// <exception cref="RuleException">The spans are no opening hours (<see cref="BusinessHours"/>).</exception>
    public SendingWindow(IReadOnlyList<OpenSpan> spans, IReadOnlyList<DateOnly>? holidays = null)
    {
        Spans = new BusinessHours(spans).Spans;
        Holidays = [.. (holidays ?? []).Distinct().Order()];
        _holidays = [.. Holidays];
        _byDay = [.. Enum.GetValues<DayOfWeek>().Select(d => Spans.Where(s => s.Day == d).ToArray())];
    }

    /// <summary>Monday to Saturday, 09:00 to 21:00.</summary>
    public static SendingWindow Default { get; } =
        new([.. Enum.GetValues<DayOfWeek>().Where(d => d != DayOfWeek.Sunday).Select(d => new OpenSpan(d, 9 * 60, 21 * 60))]);

    public IReadOnlyList<OpenSpan> Spans { get; }

    public IReadOnlyList<DateOnly> Holidays { get; }

    /// <summary>The opening that a moment lies in, else the next one; null when none comes within 400 days.</summary>
    public WindowOpening? Find(DateTimeOffset at, TimeZoneInfo zone)
    {
        var today = LocalDays.Of(at, zone);
        for (var day = 0; day < Horizon; day++)
        {
            foreach (var opening in On(today.AddDays(day), zone))
            {
                if (opening.Closes > at)
                {
                    return opening;
                }
            }
        }

        return null;
    }

    /// <summary>A day's openings, earliest first; none on a holiday.</summary>
    public IEnumerable<WindowOpening> On(DateOnly date, TimeZoneInfo zone)
    {
        if (_holidays.Contains(date))
        {
            yield break;
        }

        foreach (var span in _byDay[(int)date.DayOfWeek])
        {
            var midnight = date.ToDateTime(TimeOnly.MinValue);
            var (opens, closes) = (LocalTimes.At(midnight.AddMinutes(span.From), zone), LocalTimes.At(midnight.AddMinutes(span.To), zone));
            // The clocks may skip a whole span.
            if (closes > opens)
            {
                yield return new WindowOpening(opens, closes);
            }
        }
    }

    /// <summary>Open time from a moment to the end of its day.</summary>
    public TimeSpan LeftToday(DateTimeOffset now, TimeZoneInfo zone) =>
        On(LocalDays.Of(now, zone), zone)
            .Where(o => o.Closes > now)
            .Aggregate(TimeSpan.Zero, (sum, o) => sum + (o.Closes - (o.Opens > now ? o.Opens : now)));

    public bool Equals(SendingWindow? other) =>
        other is not null && Spans.SequenceEqual(other.Spans) && Holidays.SequenceEqual(other.Holidays);

    public override int GetHashCode() => Spans.Aggregate(17, HashCode.Combine);
}
