using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances;

/// <summary>Everything about one number.</summary>
public sealed partial class NumberPage(
    InstanceQueries queries,
    PairingActions pairing,
    InstanceActions actions,
    InstanceDeletion deletion,
    CurrentMember member,
    NavigationManager navigation,
    IStringLocalizer<InstancesText> texts
)
{
    private NumberView? _view;
    private NumberCardView _card = null!;
    private IReadOnlyList<LayerHealth> _layers = [];
    private InstanceId? _number;
    private DateTimeOffset _now;
    private bool _missing;
    private bool _connecting;
    private bool _busy;
    private bool _mayManage;
    private bool _mayDiagnose;

    [Parameter]
    public string Id { get; set; } = "";

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<InstancesText> L => texts;

    protected override object Key => Id;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override bool Shows(ConsoleEvent e) =>
        (e is InstanceChanged i && i.InstanceId.ToString() == Id) || (e is JournalChanged j && j.InstanceId.ToString() == Id);

    protected override void OnInitialized()
    {
        _mayManage = member.Allows(Permission.NumbersManage);
        _mayDiagnose = member.Allows(Permission.NumbersDiagnose);
    }

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var number = Core.Common.Id.TryParse<InstanceId>(Id, out var id) ? id : (InstanceId?)null;
        var view = number is { } known ? await queries.ViewAsync(known, ct) : null;
        return () =>
        {
            _now = Time.GetUtcNow();
            (_view, _number, _missing) = (view, number, view is null);
            if (view is not null)
            {
                _card = NumberCardView.Of(view.Row, _now);
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
