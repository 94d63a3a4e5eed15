using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances.Pools.Alerts;

/// <summary>For who may acknowledge: what waits for that, a few of it.</summary>
public sealed partial class BellAlerts(AlertQueries queries, IStringLocalizer<AlertsText> texts, IStringLocalizer<CommonText> times)
{
    private const int Shown = 5;

    private IReadOnlyList<AlertRow> _rows = [];

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    [Parameter]
    public EventCallback OnClose { get; set; }

    private IStringLocalizer<AlertsText> L => texts;

    private IStringLocalizer<CommonText> Times => times;

    protected override bool Shows(ConsoleEvent e) => e is AlertsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        // What is acknowledged comes last.
        var rows = await queries.OpenAsync(new AlertFilter(), Shown, ct);
        return () => _rows = [.. rows.Where(r => r.AcknowledgedAt is null)];
    }
}
