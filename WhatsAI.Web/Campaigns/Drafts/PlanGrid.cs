using WhatsAI.Core.Campaigns.Planning;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;

namespace WhatsAI.Web.Campaigns.Drafts;

/// <summary>One number on one day. Places are shares of the day's shown hours, 0 to 1.</summary>
/// <param name="Tail">Where the bar's margin ends: the last message may be that late; null for none.</param>
public sealed record PlanCell(DateOnly Day, int Sends, int Others, int Cap, double From, double To, double? Tail);

/// <param name="Name">Null: numbers that the member does not see, all together.</param>
public sealed record PlanLane(InstanceId Id, string? Name, MemberRole Role, IReadOnlyList<PlanCell> Cells, int Total);

/// <summary>A flight plan as it is drawn: numbers down, days across, in each day the hours in which the pool may send.</summary>
/// <param name="Opens">The first of these hours in minutes of the day, whichever the weekday.</param>
/// <param name="Closes">The last one's end.</param>
/// <param name="Slow">Spans at a slower pace, by weekday, likewise as shares.</param>
public sealed record PlanGrid(
    IReadOnlyList<DateOnly> Days,
    IReadOnlyList<PlanLane> Lanes,
    int Opens,
    int Closes,
    IReadOnlyList<(DayOfWeek Day, double From, double To)> Slow
)
{
    /// <summary>Of all numbers on a day.</summary>
    public int On(int day) => Lanes.Sum(l => l.Cells[day].Sends);

    public static PlanGrid Of(
        FlightPlan plan,
        PoolRow? pool,
        IReadOnlyList<OpenSpan> hours,
        IReadOnlyDictionary<InstanceId, NumberRow> numbers,
        TimeZoneInfo zone
    )
    {
        var spans =
            pool is null ? []
            : hours.Count > 0 ? NarrowedWindow.Of(pool.Pace.Window, hours).Spans
            : pool.Pace.Window.Spans;
        var (opens, closes) = spans.Count > 0 ? (spans.Min(s => s.From), spans.Max(s => s.To)) : (0, 24 * 60);
        DateOnly[] day = plan.Lanes is [var any, ..] ? [.. any.Days.Select(d => d.Day)] : [];
        var margin = plan.Ends is { } ends ? ends.To - ends.From : TimeSpan.Zero;
        return new PlanGrid(
            day,
            [
                .. plan
                    .Lanes.OrderBy(l => l.Instance == default)
                    .ThenBy(l => l.Role)
                    .ThenBy(l => numbers.GetValueOrDefault(l.Instance)?.Name, StringComparer.CurrentCultureIgnoreCase)
                    .Select(l => new PlanLane(
                        l.Instance,
                        numbers.GetValueOrDefault(l.Instance)?.Name,
                        l.Role,
                        [.. l.Days.Select(d => Cell(d, d.Day == day[^1] ? margin : TimeSpan.Zero))],
                        l.Total
                    )),
            ],
            opens,
            closes,
            [.. pool?.Pace.SlowHours.Select(s => (s.Day, Share(s.From), Share(s.To))) ?? []]
        );

        PlanCell Cell(FlightDay d, TimeSpan late) =>
            new(
                d.Day,
                d.Sends,
                d.Others,
                d.Cap,
                d.FirstAt is { } first ? Share(Minutes(first)) : 0,
                d.LastAt is { } last ? Math.Max(Share(Minutes(last)), Share(Minutes(d.FirstAt!.Value)) + 0.02) : 0,
                d.LastAt is { } end && late > TimeSpan.FromMinutes(5) ? Share(Minutes(end) + late.TotalMinutes) : null
            );

        double Share(double minutes) => Math.Clamp((minutes - opens) / Math.Max(1, closes - opens), 0, 1);

        double Minutes(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).TimeOfDay.TotalMinutes;
    }
}
