using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Analytics;
using WhatsAI.Infrastructure.Analytics;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Analytics;

/// <summary>
/// How fast customers are answered, by whom and when. What happened is read when it is asked for, and said of which moment it is; what happens now is live
/// (<see cref="LiveParts"/>).
/// </summary>
public sealed partial class AnalyticsPage(ReportQueries queries, NavigationManager navigation, IStringLocalizer<AnalyticsText> texts)
{
    private AnalyticsView _view = null!;
    private Shown? _shown;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    [SupplyParameterFromQuery]
    public string? Period { get; set; }

    [SupplyParameterFromQuery]
    public string? First { get; set; }

    [SupplyParameterFromQuery]
    public string? Last { get; set; }

    [SupplyParameterFromQuery]
    public string? By { get; set; }

    [SupplyParameterFromQuery]
    public string? Hours { get; set; }

    [SupplyParameterFromQuery]
    public string? Number { get; set; }

    [SupplyParameterFromQuery]
    public string? Team { get; set; }

    [SupplyParameterFromQuery]
    public string? Agent { get; set; }

    private IStringLocalizer<AnalyticsText> L => texts;

    private DateOnly Today => LocalDays.Of(Time.GetUtcNow(), Shell.TimeZone);

    protected override object? Key => _view;

    protected override void OnParametersSet() =>
        _view = AnalyticsView.Read(new AnalyticsQuery(Period, First, Last, By, Hours, Number, Team, Agent), Today);

    protected override bool Shows(ConsoleEvent e) => e is TeamsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var view = _view;
        // Another look at what was read already needs no reading.
        var report =
            !Loaded && _shown is { } before && before.View with { Hours = view.Hours } == view
                ? before.Report
                : await queries.ReadAsync(view.ToQuery(Shell.TimeZone, Time.GetUtcNow()), ct);
        var shown = new Shown(view, report, await queries.NamesAsync(ct));
        return () => _shown = shown;
    }

    private void Go(AnalyticsView view) => navigation.NavigateTo(view.Path(Shell));

    private string Clock(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Shell.TimeZone).ToString("t", CultureInfo.CurrentCulture);

    private string Compared()
    {
        var period = _shown!.View.Period;
        var (first, last) = (period.First.AddDays(-period.Days), period.First.AddDays(-1));
        string days = first == last ? L["figures.compared-day", Day(first)] : L["figures.compared", Day(first), Day(last)];
        return period.Last == Today ? $"{days}, {L["figures.same-time"]}" : days;
    }

    private static string Day(DateOnly day) => day.ToString("d", CultureInfo.CurrentCulture);

    private sealed record Shown(AnalyticsView View, Report Report, ReportNames Names);
}
