using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Instances.Standbys;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances;

/// <summary>A number's second gateway server: which, when it goes there, and what must be scanned again.</summary>
public sealed partial class StandbyCard(StandbyQueries queries, StandbyActions actions, IStringLocalizer<StandbyText> texts)
{
    private const int Usual = 5;
    private StandbyView? _view;
    private string _server = "";
    private bool _byItself;
    private bool _forAll;
    private int _after = Usual;
    private bool _busy;
    private bool _asking;
    private bool _typed;

    [Parameter, EditorRequired]
    public InstanceId Id { get; set; }

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    protected override object Key => Id;

    private IStringLocalizer<StandbyText> L => texts;

    private bool MayChoose => _view?.State is not ({ IsAway: true } or { HasOldSession: true });

    protected override bool Shows(ConsoleEvent e) =>
        (e is InstanceChanged changed && changed.InstanceId == Id) || e is TenantSettingsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var view = await queries.ViewAsync(Id, ct);
        return () =>
        {
            _view = view;
            // Once: what somebody is choosing is not overwritten by what comes live.
            if (!_typed && view is not null)
            {
                _typed = true;
                _server = view.Other?.Id.ToString() ?? "";
                (_byItself, _after) = (view.State?.After is not null, view.State?.After ?? Usual);
            }
        };
    }

    private Task SaveAsync()
    {
        var after = _byItself ? _after : (int?)null;
        var chosen = 0;
        return Core.Common.Id.TryParse<GatewayServerId>(_server, out var server)
            ? _forAll && _view is { Beside: > 0, At: { } at }
                ? DoAsync(async () => chosen = await actions.ChooseAllAsync(at.Id, server, after, Gone), () => L["saved-all", chosen])
                : DoAsync(() => actions.ChooseAsync(Id, server, after, Gone), () => L["saved"])
            : DoAsync(() => actions.RemoveAsync(Id, Gone), () => L["saved"]);
    }

    private Task MoveAsync()
    {
        _asking = false;
        var from = _view!.At.Id;
        return DoAsync(() => actions.MoveAsync(Id, from, Gone), () => L["moved"]);
    }

    private async Task DoAsync(Func<Task> act, Func<string> said)
    {
        _busy = true;
        if (await RunAsync(act))
        {
            Toasts.Show(said());
            _forAll = false;
        }

        (_busy, _typed) = (false, false);
        await ReloadAsync();
    }
}
