using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;
using WhatsAI.Web.Instances.Pools;

namespace WhatsAI.Web.Instances;

/// <summary>The wall: every number at once, the worst first.</summary>
public sealed partial class NumbersPage(
    InstanceQueries queries,
    PoolQueries pools,
    PairingActions pairing,
    CurrentMember member,
    NavigationManager navigation,
    IStringLocalizer<InstancesText> texts,
    IStringLocalizer<PoolsText> poolTexts,
    IStringLocalizer<IncidentText> incidentTexts
)
{
    // Ages and missing proofs change without an event.
    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(15);

    private WallOrder? _order;
    private readonly HashSet<PoolId> _folded = [];

    // Of which pools the cards of numbers in a server's trouble are wanted all the same; default: of what is in none.
    private readonly HashSet<PoolId> _unfolded = [];
    private WallView? _wall;
    private DateTimeOffset _now;
    private InstanceId? _connect;
    private bool _connecting;
    private ServerTrouble? _leaving;
    private bool _mayManage;
    private bool _maySeeGateways;
    private (bool Pointer, bool Focus) _held;

    [SupplyParameterFromQuery(Name = "connect")]
    private string? Asked { get; set; }

    /// <summary>"1" fills the screen, so that what hangs on a wall can be opened by its address.</summary>
    [SupplyParameterFromQuery(Name = "board")]
    private string? Board { get; set; }

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<InstancesText> L => texts;

    private IStringLocalizer<PoolsText> P => poolTexts;

    private IStringLocalizer<IncidentText> I => incidentTexts;

    private bool IsBoard => Board is "1";

    // Messages move the counters; once a second is live enough for a wall.
    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override bool Shows(ConsoleEvent e) =>
        e is InstanceChanged or MessageChanged or ConversationChanged or PoolChanged or TenantSettingsChanged;

    protected override void OnInitialized()
    {
        _mayManage = member.Allows(Permission.NumbersManage);
        _maySeeGateways = member.Allows(Permission.GatewaysManage);
        (_connecting, _connect) = (_mayManage && Asked is not null, Id.TryParse<InstanceId>(Asked, out var id) ? id : null);
        _ = BehindAsync(TickAsync);
    }

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var (rows, all, wrong) = (queries.WallAsync(ct), pools.ListAsync(ct), queries.TroublesAsync(ct));
        var (numbers, listed, troubles) = (await rows, await all, await wrong);
        return () =>
        {
            _now = Time.GetUtcNow();
            _order ??= new WallOrder(Time);
            _order.IsHeld = _held is not (false, false);
            _wall = WallView.Of(numbers, listed, troubles, _mayManage, _order, _now, Shell.TimeZone);
        };
    }

    private void Fold(PoolId pool)
    {
        if (!_folded.Remove(pool))
        {
            _folded.Add(pool);
        }
    }

    private void Hold(bool? pointer = null, bool? focus = null) => _held = (pointer ?? _held.Pointer, focus ?? _held.Focus);

    private void Connect(InstanceId? id) => (_connect, _connecting) = (id, true);

    private void ToggleWallboard() => navigation.NavigateTo(Shell.Path(IsBoard ? "numbers" : "numbers?board=1"));

    private bool CanHelp(NumberCardView card) =>
        card.Sentence.Remedy switch
        {
            // Whatever its session says, its server is what is to be mended.
            _ when card.Trouble is not null => false,
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
