using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances.Pools.Alerts;

/// <summary>What is wrong and what was, with what the system did about it; what is chosen stands in the address.</summary>
public sealed partial class AlertsPage(
    AlertQueries queries,
    AlertActions actions,
    InstanceQueries numbers,
    NavigationManager navigation,
    IStringLocalizer<AlertsText> texts
)
{
    private IReadOnlyList<AlertRow> _open = [];
    private IReadOnlyList<AlertRow> _past = [];
    private IReadOnlyList<NumberName> _numbers = [];
    private IReadOnlyList<AlertPool> _pools = [];
    private IReadOnlyList<Segment<string>> _levels = [];
    private AlertFilter _filter = new();
    private bool _more;
    private bool _mayAcknowledge;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    [SupplyParameterFromQuery]
    public string? Level { get; set; }

    [SupplyParameterFromQuery]
    public string? Number { get; set; }

    [SupplyParameterFromQuery]
    public string? Pool { get; set; }

    private IStringLocalizer<AlertsText> L => texts;

    protected override object Key => new AlertsQuery(Level, Number, Pool);

    private string Counted =>
        _open.Count switch
        {
            0 => "",
            1 => L["open-one"],
            _ => L["open-many", _open.Count],
        };

    protected override Task OnParametersSetAsync()
    {
        _filter = new AlertsQuery(Level, Number, Pool).ToFilter();
        _mayAcknowledge = Shell.Allows(Permission.NumbersManage);
        _levels =
        [
            new("level.any", L["level.any"]),
            .. Enum.GetValues<AlertLevel>().Select(l => new Segment<string>(l.Key(), L[l.Key()], l.IconOf())),
        ];
        return base.OnParametersSetAsync();
    }

    protected override bool Shows(ConsoleEvent e) => e is AlertsChanged or TenantSettingsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var filter = new AlertsQuery(Level, Number, Pool).ToFilter();
        var open = await queries.OpenAsync(filter, ct: ct);
        // As many as are shown, so that what was paged to stays.
        var past = await queries.HistoryAsync(
            filter,
            size: Loaded ? Math.Max(AlertQueries.PageSize, _past.Count) : AlertQueries.PageSize,
            ct: ct
        );
        var names = await numbers.NamesAsync(ct);
        var pools = await queries.PoolsAsync(ct);
        return () => (_open, _past, _more, _numbers, _pools) = (open, past.Rows, past.More, names, pools);
    }

    private void ChooseLevel(string key) =>
        Go(_filter with { Level = Enum.GetValues<AlertLevel>().Cast<AlertLevel?>().FirstOrDefault(l => l!.Value.Key() == key) });

    private void Go(AlertFilter filter) => navigation.NavigateTo(AlertsQuery.Of(filter, Shell), replace: true);

    private Task OlderAsync() =>
        RunAsync(async () =>
        {
            var last = _past[^1].Place;
            var page = await queries.HistoryAsync(_filter, last, ct: Gone);
            if (_past[^1].Place == last)
            {
                (_past, _more) = ([.. _past, .. page.Rows], page.More && _past.Count + page.Rows.Count < AlertQueries.MostOpen);
            }
        });

    private Task AcknowledgeAsync(AlertRow row) =>
        RunAsync(async () =>
        {
            await actions.AcknowledgeAsync(row.Id, Gone);
            await ReloadAsync();
        });

    private Task AcknowledgeAllAsync() =>
        RunAsync(async () =>
        {
            var count = await actions.AcknowledgeAllAsync(_filter, Gone);
            Toasts.Show(L["acknowledged-all", count]);
            await ReloadAsync();
        });
}
