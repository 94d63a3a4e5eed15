using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Search;

public sealed partial class SearchFilters(TimeProvider time, IStringLocalizer<SearchText> texts)
{
    private static readonly (string Key, int Days)[] _periods =
    [
        ("date.today", 0),
        ("date.week", 6),
        ("date.month", 29),
        ("date.year", 364),
    ];
    private bool _choosing;

    [Parameter, EditorRequired]
    public SearchTerms Terms { get; set; } = null!;

    [Parameter, EditorRequired]
    public InboxSummary Summary { get; set; } = null!;

    /// <summary>By name.</summary>
    [Parameter]
    public IReadOnlyList<AgentRow> Agents { get; set; } = [];

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    [Parameter]
    public EventCallback<SearchTerms> OnTerms { get; set; }

    private IStringLocalizer<SearchText> L => texts;

    private string? Number => Terms.Number is { } id ? Summary.Number(id)?.Name : null;

    private string? Label => Summary.Labels.FirstOrDefault(l => l.Id == Terms.Label)?.Name;

    private string? Agent => Agents.FirstOrDefault(a => a.Id == Terms.Agent)?.Name;

    private DateOnly Today => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), Shell.TimeZone).DateTime);

    private string Period =>
        (Terms.From, Terms.To) switch
        {
            (null, null) => L["date"],
            ({ } from, null) => _periods.FirstOrDefault(p => Today.AddDays(-p.Days) == from) is { Key: { } key }
                ? L[key]
                : L["date.since", Short(from)],
            (null, { } to) => L["date.until", Short(to)],
            ({ } from, { } to) => $"{Short(from)} – {Short(to)}",
        };

    // Drawn with the list, at every message of anybody.
    public override Task SetParametersAsync(ParameterView parameters) =>
        parameters.Change(this, () => (Terms, Shell, Agents, Summary?.Numbers, Summary?.Labels))
            ? base.SetParametersAsync(ParameterView.Empty)
            : Task.CompletedTask;

    private Task TermsAsync(SearchTerms terms) => OnTerms.InvokeAsync(terms);

    private Task PeriodAsync(DateOnly? from)
    {
        _choosing = false;
        return TermsAsync(Terms with { From = from, To = null });
    }

    private Task ClearAsync()
    {
        _choosing = false;
        return TermsAsync(new SearchTerms(Terms.Text));
    }

    private static string Short(DateOnly day) => day.ToString("d", CultureInfo.CurrentCulture);

    private static DateOnly? Day(ChangeEventArgs e) =>
        DateOnly.TryParseExact(e.Value as string, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;
}
