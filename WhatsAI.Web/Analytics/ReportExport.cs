using Microsoft.Extensions.Localization;
using WhatsAI.Core.Analytics;
using WhatsAI.Infrastructure.Analytics;

namespace WhatsAI.Web.Analytics;

/// <summary>The tables of the dashboards, row by row, titles first; times are minutes, so that a spreadsheet can calculate with them.</summary>
public sealed class ReportExport(
    AnalyticsView view,
    Report report,
    LiveBoard board,
    ReportNames names,
    TimeZoneInfo zone,
    IStringLocalizer<AnalyticsText> texts
)
{
    public IEnumerable<IReadOnlyList<object?>> Rows(ReportTableName table) =>
        table switch
        {
            ReportTableName.Figures => Figures(),
            ReportTableName.Parts => Parts(),
            ReportTableName.Hours => Hours(),
            _ => Board(),
        };

    private IEnumerable<IReadOnlyList<object?>> Figures()
    {
        var (now, before) = (report.Now, report.Before);
        yield return [T("csv.measure"), T("csv.value"), T("csv.before")];
        yield return [T("figure.opened"), now.Opened, before.Opened];
        yield return [Median("figure.first-response"), Minutes(now.FirstResponse.Median), Minutes(before.FirstResponse.Median)];
        yield return [P90("figure.first-response"), Minutes(now.FirstResponse.P90), Minutes(before.FirstResponse.P90)];
        yield return [T("column.answered"), now.FirstResponse.Count, before.FirstResponse.Count];
        yield return [T("column.first-kept"), now.FirstResponse.Kept, before.FirstResponse.Kept];
        yield return [Median("figure.next-response"), Minutes(now.NextResponse.Median), Minutes(before.NextResponse.Median)];
        yield return [P90("figure.next-response"), Minutes(now.NextResponse.P90), Minutes(before.NextResponse.P90)];
        yield return [T("column.next-kept"), now.NextResponse.Kept, before.NextResponse.Kept];
        yield return [Median("figure.resolution"), Minutes(now.Resolution.Median), Minutes(before.Resolution.Median)];
        yield return [P90("figure.resolution"), Minutes(now.Resolution.P90), Minutes(before.Resolution.P90)];
        yield return [T("column.resolution-kept"), now.Resolution.Kept, before.Resolution.Kept];
        yield return [T("figure.resolved"), now.Resolved, before.Resolved];
        yield return [T("figure.csat"), now.Ratings.Average, before.Ratings.Average];
        yield return [T("csat.asked"), now.Ratings.Asked, before.Ratings.Asked];
        for (var score = 1; score <= 5; score++)
        {
            yield return [texts["csat.score", score].Value, now.Ratings.Scores[score - 1], before.Ratings.Scores[score - 1]];
        }

        yield return [T("figure.received"), now.Received, before.Received];
        yield return [T("figure.sent"), now.Sent, before.Sent];
    }

    private IEnumerable<IReadOnlyList<object?>> Parts()
    {
        string[] measured =
        [
            T("column.answered"),
            InMinutes("column.first-median"),
            InMinutes("column.first-p90"),
            T("column.first-kept"),
            InMinutes("column.next-median"),
            InMinutes("column.next-p90"),
            T("column.next-kept"),
            T("column.resolved"),
            InMinutes("column.resolution-median"),
            InMinutes("column.resolution-p90"),
            T("column.resolution-kept"),
            T("column.csat"),
            T("column.csat-count"),
            T("csat.asked"),
        ];
        yield return
        [
            T($"column.{AnalyticsView.Word(view.By)}"),
            T("column.open"),
            T("column.waiting"),
            InMinutes("column.longest"),
            .. measured,
            .. measured.Select(m => texts["csv.of-before", m].Value),
        ];
        foreach (var line in ReportLine.Of(view, report, board, names, texts))
        {
            yield return
            [
                line.Name,
                line.Open.Open,
                line.Open.Waiting,
                Minutes(report.At - line.Open.OldestWait),
                .. Of(line.Now),
                .. Of(line.Before),
            ];
        }
    }

    private IEnumerable<IReadOnlyList<object?>> Hours()
    {
        yield return
        [
            T("hours.day"),
            texts["hours.hour", ""].Value,
            T("hours.opened"),
            T("hours.backlog"),
            texts["csv.of-before", T("hours.opened")].Value,
            texts["csv.of-before", T("hours.backlog")].Value,
        ];
        var query = view.ToQuery(zone, report.At);
        HourGrid[] grids =
        [
            HourGrid.OfOpened(query.Span, report.Now.Flow, zone),
            HourGrid.OfBacklog(query.Span, report.Now.Flow, zone),
            HourGrid.OfOpened(query.Before, report.Before.Flow, zone),
            HourGrid.OfBacklog(query.Before, report.Before.Flow, zone),
        ];
        foreach (var day in ReportWords.Week())
        {
            for (var hour = 0; hour < 24; hour++)
            {
                yield return [ReportWords.Day(day), hour, .. grids.Select(g => (object?)g[day, hour])];
            }
        }
    }

    private IEnumerable<IReadOnlyList<object?>> Board()
    {
        yield return [T("column.agent"), T("board.presence"), T("column.open"), T("board.capacity"), T("csv.doing"), T("csv.conversation")];
        foreach (var agent in AgentBoard.OfView(view, board))
        {
            object?[] who = [agent.Name, T($"presence.{AnalyticsView.Word(agent.Agent.Presence)}"), agent.Agent.Open, agent.Agent.Capacity];
            var watched = board.Watched.Where(w => w.Agent == agent.Id).ToList();
            if (watched.Count == 0)
            {
                yield return [.. who, null, null];
            }

            foreach (var one in watched)
            {
                yield return [.. who, T($"doing.{AnalyticsView.Word(one.Doing)}"), one.Name ?? one.Phone ?? T("unnamed")];
            }
        }
    }

    private static IEnumerable<object?> Of(ReportPart part) =>
        [
            part.FirstResponse.Count,
            Minutes(part.FirstResponse.Median),
            Minutes(part.FirstResponse.P90),
            part.FirstResponse.Kept,
            Minutes(part.NextResponse.Median),
            Minutes(part.NextResponse.P90),
            part.NextResponse.Kept,
            part.Resolved,
            Minutes(part.Resolution.Median),
            Minutes(part.Resolution.P90),
            part.Resolution.Kept,
            part.Ratings.Average,
            part.Ratings.Answered,
            part.Ratings.Asked,
        ];

    private static object? Minutes(TimeSpan? time) => time?.TotalMinutes;

    private string Median(string key) => texts["csv.minutes", texts["csv.median", T(key)]];

    private string P90(string key) => texts["csv.minutes", texts["csv.p90", T(key)]];

    private string InMinutes(string key) => texts["csv.minutes", T(key)];

    private string T(string key) => texts[key];
}
