namespace WhatsAI.Core.Common;

/// <summary>A span of a weekday, in minutes after midnight of the tenant's zone.</summary>
/// <param name="From">0 to 1439.</param>
/// <param name="To">After <paramref name="From"/>, at most 1440: midnight at the day's end.</param>
public sealed record OpenSpan(DayOfWeek Day, int From, int To);

/// <summary>
/// The weekly hours in which answers are due. Local times: where the clocks skip an hour, or go through one twice, a span is as long as that day really is.
/// </summary>
public sealed record BusinessHours
{
    private const int MinutesOfDay = 24 * 60;

    /// <exception cref="RuleException">A span is empty, ends before it begins, or meets another of its day; or there is none at all.</exception>
    public BusinessHours(IEnumerable<OpenSpan> spans)
    {
        var sorted = spans.OrderBy(s => s.Day).ThenBy(s => s.From).ToArray();
        if (sorted.Length is 0 or > 28 || sorted.Any(s => s.From < 0 || s.To > MinutesOfDay || s.From >= s.To || !Enum.IsDefined(s.Day)))
        {
            throw new RuleException("hours.invalid");
        }

        if (sorted.Zip(sorted.Skip(1)).Any(p => p.First.Day == p.Second.Day && p.First.To > p.Second.From))
        {
            throw new RuleException("hours.overlap");
        }

        Spans = sorted;
    }

    /// <summary>Day and night, every day.</summary>
    public static BusinessHours Always { get; } = new(Enum.GetValues<DayOfWeek>().Select(d => new OpenSpan(d, 0, MinutesOfDay)));

    /// <summary>By weekday from Sunday, each day from its morning on.</summary>
    public IReadOnlyList<OpenSpan> Spans { get; }

    public bool IsAlways => Spans.Count == 7 && Spans.All(s => s is { From: 0, To: MinutesOfDay });

    public bool IsOpen(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var minute = local.TimeOfDay.TotalMinutes;
        return Spans.Any(s => s.Day == local.DayOfWeek && s.From <= minute && minute < s.To);
    }

    /// <summary>The open time between two moments.</summary>
    public TimeSpan Between(DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone)
    {
        var total = TimeSpan.Zero;
        foreach (var (opens, closes) in Openings(from, zone).TakeWhile(o => o.Opens < to))
        {
            total += (closes < to ? closes : to) - (opens > from ? opens : from);
        }

        return total;
    }

    /// <summary>The moment at which so much open time has gone by since <paramref name="from"/>.</summary>
    public DateTimeOffset After(DateTimeOffset from, TimeSpan open, TimeZoneInfo zone)
    {
        var left = open;
        foreach (var (opens, closes) in Openings(from, zone))
        {
            var start = opens > from ? opens : from;
            if (closes - start >= left)
            {
                return start + left;
            }

            left -= closes - start;
        }

        return DateTimeOffset.MaxValue;
    }

    public bool Equals(BusinessHours? other) => other is not null && Spans.SequenceEqual(other.Spans);

    public override int GetHashCode() => Spans.Aggregate(17, HashCode.Combine);

    /// <summary>The spans that end after <paramref name="from"/>, one after the other, for ten years.</summary>
    private IEnumerable<(DateTimeOffset Opens, DateTimeOffset Closes)> Openings(DateTimeOffset from, TimeZoneInfo zone)
    {
        var first = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, zone).DateTime).AddDays(-1);
        for (var day = 0; day < 3_660; day++)
        {
            var date = first.AddDays(day);
            foreach (var span in Spans.Where(s => s.Day == date.DayOfWeek))
            {
                var (opens, closes) = (At(date, span.From, zone), At(date, span.To, zone));
                if (closes > from && closes > opens)
                {
                    yield return (opens, closes);
                }
            }
        }
    }

    private static DateTimeOffset At(DateOnly date, int minutes, TimeZoneInfo zone) =>
        LocalTimes.At(date.ToDateTime(TimeOnly.MinValue).AddMinutes(minutes), zone);
}
