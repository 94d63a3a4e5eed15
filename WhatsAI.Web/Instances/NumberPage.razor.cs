using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;
using WhatsAI.Web.Instances.Pools;

namespace WhatsAI.Web.Instances;

/// <summary>Everything about one number.</summary>
public sealed partial class NumberPage(
    InstanceQueries queries,
    PoolQueries pools,
    PairingActions pairing,
    InstanceActions actions,
    InstanceDeletion deletion,
    CurrentMember member,
    NavigationManager navigation,
    IStringLocalizer<InstancesText> texts,
    IStringLocalizer<PoolsText> poolTexts,
    IStringLocalizer<IncidentText> incidentTexts
)
{
    private NumberView? _view;
    private NumberCardView _card = null!;
    private PoolRow? _pool;
    private string _line = "";
    private IReadOnlyList<LayerHealth> _layers = [];
    private InstanceId? _number;
    private DateTimeOffset _now;
    private bool _missing;
    private bool _connecting;
    private bool _busy;
    private bool _mayManage;
    private bool _mayDiagnose;
    private bool _maySeeGateways;

    [Parameter]
    public string Id { get; set; } = "";

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<InstancesText> L => texts;

    protected override object Key => Id;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override bool Shows(ConsoleEvent e) =>
        (e is InstanceChanged i && i.InstanceId.ToString() == Id)
        || (e is JournalChanged j && j.InstanceId.ToString() == Id)
        || e is PoolChanged or AlertsChanged;

    protected override void OnInitialized()
    {
        _mayManage = member.Allows(Permission.NumbersManage);
        _mayDiagnose = member.Allows(Permission.NumbersDiagnose);
        _maySeeGateways = member.Allows(Permission.GatewaysManage);
    }

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var number = Core.Common.Id.TryParse<InstanceId>(Id, out var id) ? id : (InstanceId?)null;
        var view = number is { } known ? await queries.ViewAsync(known, ct) : null;
        var (troubles, all) = view is null ? (WallTroubles.None, []) : (await queries.TroublesAsync(ct), await pools.ListAsync(ct));
        return () =>
        {
            _now = Time.GetUtcNow();
            (_view, _number, _missing) = (view, number, view is null);
            if (view is not null)
            {
                _pool = view.Row.Place is { } place ? all.FirstOrDefault(p => p.Id == place.Pool) : null;
                _card = NumberCardView.Of(view.Row, _now, MemberStanding.Of(view.Row, _pool, _now, Shell.TimeZone), troubles);
                _line = CardLines.Of(_card, _now, Shell.TimeZone, texts, poolTexts, incidentTexts).Text;
                _layers = NumberWords.Layers(view.Row, _now);
            }
        };
    }

    private Task VerifyAsync() => DoAsync(() => pairing.VerifyAsync(_number!.Value, Gone), L["detail.verified"]);

    private Task ResyncAsync() => DoAsync(() => pairing.ResyncWebhookAsync(_number!.Value, Gone), L["detail.resynced"]);

    private async Task DoAsync(Func<Task> act, string said)
    {
        _busy = true;
        if (await RunAsync(act))
        {
            Toasts.Show(said);
        }

        _busy = false;
        await ReloadAsync();
    }
}
