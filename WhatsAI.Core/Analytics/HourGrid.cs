using System.Runtime.InteropServices;

namespace WhatsAI.Core.Analytics;

/// <summary>A weekday's hour by the company's clock.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct WeekHour(DayOfWeek Day, int Hour);

/// <summary>What came and went in a span, by the quarter hour: every zone's hours begin with one.</summary>
/// <param name="OpenAtStart">How many were open when the span began.</param>
/// <param name="Opened">By <see cref="QuarterOf"/>.</param>
/// <param name="Resolved">Alike.</param>
public sealed record HourFlow(int OpenAtStart, IReadOnlyDictionary<long, int> Opened, IReadOnlyDictionary<long, int> Resolved)
{
    public const int QuarterSeconds = 900;

    public static long QuarterOf(DateTimeOffset at) => (long)Math.Floor(at.ToUnixTimeSeconds() / (double)QuarterSeconds);
}

/// <summary>An average for each hour of the week. What the span does not reach is not known, which is not zero.</summary>
public sealed class HourGrid
{
    private readonly Dictionary<WeekHour, double> _cells;

    private HourGrid(Dictionary<WeekHour, double> cells) => _cells = cells;

    public double? this[DayOfWeek day, int hour] => _cells.TryGetValue(new WeekHour(day, hour), out var value) ? value : null;

    /// <summary>The hour with the most; null where nothing is.</summary>
    public WeekHour? Peak
    {
        get
        {
            var most = _cells.Where(c => c.Value > 0).OrderByDescending(c => c.Value).ThenBy(c => c.Key.Day).ThenBy(c => c.Key.Hour);
            return most.Select(c => (WeekHour?)c.Key).FirstOrDefault();
        }
    }

    public double Most => _cells.Count == 0 ? 0 : _cells.Values.Max();

    /// <summary>How many were opened in such an hour.</summary>
    public static HourGrid OfOpened(ReportSpan span, HourFlow flow, TimeZoneInfo zone)
    {
        var sums = new Dictionary<WeekHour, (double Sum, int Hours)>();
        WalkThrough(
            span,
            zone,
            (quarter, hour, begins) =>
            {
                var (sum, hours) = sums.GetValueOrDefault(hour);
                sums[hour] = (sum + flow.Opened.GetValueOrDefault(quarter), hours + (begins ? 1 : 0));
            }
        );
        return Averages(sums);
    }

    /// <summary>How many were open in such an hour, on average over its quarters.</summary>
    public static HourGrid OfBacklog(ReportSpan span, HourFlow flow, TimeZoneInfo zone)
    {
        var (open, sums) = (flow.OpenAtStart, new Dictionary<WeekHour, (double Sum, int Quarters)>());
        WalkThrough(
            span,
            zone,
            (quarter, hour, _) =>
            {
                open += flow.Opened.GetValueOrDefault(quarter) - flow.Resolved.GetValueOrDefault(quarter);
                var (sum, quarters) = sums.GetValueOrDefault(hour);
                sums[hour] = (sum + open, quarters + 1);
            }
        );
        return Averages(sums);
    }

    private static HourGrid Averages(Dictionary<WeekHour, (double Sum, int Of)> sums) =>
        new(sums.ToDictionary(s => s.Key, s => s.Value.Sum / s.Value.Of));

    /// <param name="span">Walked through quarter by quarter.</param>
    /// <param name="zone">Whose hours.</param>
    /// <param name="visit">Its third argument: whether another hour begins. An hour that the clocks show twice is one, of eight quarters.</param>
    private static void WalkThrough(ReportSpan span, TimeZoneInfo zone, Action<long, WeekHour, bool> visit)
    {
        DateTime? before = null;
        for (var quarter = HourFlow.QuarterOf(span.From); quarter * HourFlow.QuarterSeconds < span.To.ToUnixTimeSeconds(); quarter++)
        {
            var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(quarter * HourFlow.QuarterSeconds), zone).DateTime;
            var hour = local.Date.AddHours(local.Hour);
            visit(quarter, new WeekHour(local.DayOfWeek, local.Hour), hour != before);
            before = hour;
        }
    }
}
