using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Analytics;

namespace WhatsAI.Web.Analytics;

/// <summary>A row of the table: an agent, a team or a number, now, in the period and in the one before.</summary>
public sealed record ReportLine(Guid Key, string Name, OpenNow Open, ReportPart Now, ReportPart Before)
{
    /// <summary>By name, what is nobody's last. Who is still there has a row where nothing is filtered; others where there is something to say.</summary>
    public static IReadOnlyList<ReportLine> Of(
        AnalyticsView view,
        Report report,
        LiveBoard board,
        ReportNames names,
        IStringLocalizer<AnalyticsText> texts
    )
    {
        var loads = board
            .Loads.Where(l =>
                (view.Number is null || l.Number == view.Number)
                && (view.Team is null || l.Team == view.Team)
                && (view.Agent is null || l.Agent == view.Agent)
            )
            .ToLookup(l =>
                view.By switch
                {
                    ReportBy.Agent => l.Agent?.Value ?? Guid.Empty,
                    ReportBy.Team => l.Team?.Value ?? Guid.Empty,
                    _ => l.Number.Value,
                }
            );
        var known = names.Of(view.By).ToDictionary(n => n.Id);
        var isFiltered = (view.Number, view.Team, view.Agent) is not (null, null, null);
        var keys = loads
            .Select(l => l.Key)
            .Concat(report.Now.Parts.Keys)
            .Concat(report.Before.Parts.Keys)
            .Concat(isFiltered ? [] : known.Values.Where(n => !n.Gone).Select(n => n.Id))
            .Distinct();
        return
        [
            .. keys.Select(key => new ReportLine(
                    key,
                    ReportWords.NameOf(known.GetValueOrDefault(key), key, view.By, texts),
                    OpenNow.Of(loads[key]),
                    report.Now.Parts.GetValueOrDefault(key, ReportPart.None),
                    report.Before.Parts.GetValueOrDefault(key, ReportPart.None)
                ))
                .OrderBy(l => l.Key == Guid.Empty)
                .ThenBy(l => l.Name, StringComparer.CurrentCultureIgnoreCase)
                .ThenBy(l => l.Key),
        ];
    }
}
