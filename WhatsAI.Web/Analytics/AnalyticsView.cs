using System.Globalization;
using WhatsAI.Core.Analytics;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Analytics;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Analytics;

/// <summary>What the hours of the week show.</summary>
public enum HourView
{
    Opened,
    Backlog,
}

/// <summary>The dashboards' part of an address after the question mark, as it came.</summary>
public sealed record AnalyticsQuery(
    string? Period,
    string? First,
    string? Last,
    string? By,
    string? Hours,
    string? Number,
    string? Team,
    string? Agent
);

/// <summary>What the dashboards show; all of it is in the address, so that a reload or a shared link shows the same.</summary>
public sealed record AnalyticsView(ReportPeriod Period, ReportBy By, HourView Hours, InstanceId? Number, TeamId? Team, UserId? Agent)
{
    /// <summary>What cannot be read counts as not said.</summary>
    public static AnalyticsView Read(AnalyticsQuery query, DateOnly today) =>
        new(
            query.Period == Word(ReportRange.Chosen) && Day(query.First) is { } first && Day(query.Last) is { } last
                ? ReportPeriod.Between(first, last, today)
                : ReportPeriod.Of(
                    Enum.GetValues<ReportRange>()
                        .Where(r => r != ReportRange.Chosen)
                        .FirstOrDefault(r => Word(r) == query.Period, ReportRange.SevenDays),
                    today
                ),
            Enum.GetValues<ReportBy>().FirstOrDefault(b => Word(b) == query.By, ReportBy.Agent),
            Enum.GetValues<HourView>().FirstOrDefault(h => Word(h) == query.Hours, HourView.Opened),
            Id.TryParse<InstanceId>(query.Number, out var number) ? number : null,
            Id.TryParse<TeamId>(query.Team, out var team) ? team : null,
            Id.TryParse<UserId>(query.Agent, out var agent) ? agent : null
        );

    public ReportQuery ToQuery(TimeZoneInfo zone, DateTimeOffset now) =>
        new(Period.Span(zone, now), Period.Before(zone, now), By, Number, Team, Agent);

    public string Path(ShellContext shell) => shell.Path($"analytics{Query()}");

    /// <summary>Where a table of it is downloaded.</summary>
    public string Export(ShellContext shell, ReportTableName table) => shell.Path($"analytics/export{Query($"table={Word(table)}")}");

    /// <summary>How a choice is called in addresses, texts and file names.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private string Query(params List<string> parts)
    {
        if (Period.Range != ReportRange.SevenDays)
        {
            parts.Add($"period={Word(Period.Range)}");
        }

        if (Period.Range == ReportRange.Chosen)
        {
            parts.Add($"first={Day(Period.First)}");
            parts.Add($"last={Day(Period.Last)}");
        }

        if (By != ReportBy.Agent)
        {
            parts.Add($"by={Word(By)}");
        }

        if (Hours != HourView.Opened)
        {
            parts.Add($"hours={Word(Hours)}");
        }

        if (Number is { } number)
        {
            parts.Add($"number={number}");
        }

        if (Team is { } team)
        {
            parts.Add($"team={team}");
        }

        if (Agent is { } agent)
        {
            parts.Add($"agent={agent}");
        }

        return parts.Count == 0 ? "" : $"?{string.Join('&', parts)}";
    }

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
