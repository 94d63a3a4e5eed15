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

/// <summary>The wall: every number at once, the worst first.</summary>
public sealed partial class NumbersPage(
    InstanceQueries queries,
    PairingActions pairing,
    CurrentMember member,
    NavigationManager navigation,
    IStringLocalizer<InstancesText> texts
)
{
    // Ages and missing proofs change without an event.
    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(15);

    private WallOrder? _order;
    private IReadOnlyList<NumberCardView>? _cards;
    private IReadOnlyList<(NumberState State, int Number)> _counts = [];
    private DateTimeOffset _now;
    private InstanceId? _connect;
    private bool _connecting;
    private bool _wallboard;
    private bool _mayManage;
    private (bool Pointer, bool Focus) _held;

    [SupplyParameterFromQuery(Name = "connect")]
    private string? Asked { get; set; }

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<InstancesText> L => texts;

    // Messages move the counters; once a second is live enough for a wall.
    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override bool Shows(ConsoleEvent e) => e is InstanceChanged or MessageChanged or ConversationChanged or TenantSettingsChanged;

    protected override void OnInitialized()
    {
        _mayManage = member.Allows(Permission.NumbersManage);
        (_connecting, _connect) = (_mayManage && Asked is not null, Id.TryParse<InstanceId>(Asked, out var id) ? id : null);
        _ = BehindAsync(TickAsync);
    }

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var rows = await queries.WallAsync(ct);
        return () => Show(rows);
    }

    private void Show(IReadOnlyList<NumberRow> rows)
    {
        _now = Time.GetUtcNow();
        _order ??= new WallOrder(Time);
        _order.IsHeld = _held is not (false, false);
        var cards = rows.Select(r => NumberCardView.Of(r, _now)).ToList();
        _cards = _order.Place(cards);
        _counts =
        [
            .. cards
                .GroupBy(c => c.State.Key, StringComparer.Ordinal)
                .OrderBy(g => g.Min(c => c.Sentence.Gravity))
                .ThenBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => (g.First().State, g.Count())),
        ];
    }

    private void Hold(bool? pointer = null, bool? focus = null) => _held = (pointer ?? _held.Pointer, focus ?? _held.Focus);

    private void Connect(InstanceId? id) => (_connect, _connecting) = (id, true);

    private void ToggleWallboard() => _wallboard = !_wallboard;

    private bool CanHelp(NumberCardView card) =>
        card.Sentence.Remedy switch
        {
            InstanceRemedy.Scan => _mayManage,
            InstanceRemedy.OpenGateways => member.Allows(Permission.GatewaysManage),
            InstanceRemedy.Verify => true,
            _ => false,
        };

    private async Task HelpAsync(NumberCardView card)
    {
        switch (card.Sentence.Remedy)
        {
            case InstanceRemedy.Scan:
                Connect(card.Row.Id);
                break;
            case InstanceRemedy.OpenGateways:
                navigation.NavigateTo(Shell.Path("settings/gateways"));
                break;
            case InstanceRemedy.Verify:
                if (await RunAsync(() => pairing.VerifyAsync(card.Row.Id, Gone)))
                {
                    Toasts.Show(L["detail.verified"]);
                }

                await ReloadAsync();
                break;
            default:
                break;
        }
    }

    private async Task TickAsync()
    {
        while (!Gone.IsCancellationRequested)
        {
            await Task.Delay(_tick, Time, Gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!Gone.IsCancellationRequested && Loaded)
            {
                await InvokeAsync(async () =>
                {
                    await ReloadAsync();
                    StateHasChanged();
                });
            }
        }
    }
}
