using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Instances.Pools.Planning;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances.Pools;

/// <summary>A pool's editor: who is in it, how it sends, and what the next day will be like with what is typed.</summary>
public sealed partial class PoolPage(
    InstanceQueries numbers,
    PoolQueries queries,
    PoolDoers doers,
    CurrentMember member,
    NavigationManager navigation,
    IStringLocalizer<PoolsText> texts
)
{
    private static readonly TimeSpan _typing = TimeSpan.FromMilliseconds(350);

    private Shown? _shown;
    private PoolDraft? _draft;
    private PoolPreview? _preview;
    private CancellationTokenSource? _calculation;
    private DateTimeOffset _now;
    private NumberRow? _inUse;
    private NumberRow? _retiring;
    private string? _problem;
    private string _demand = "";
    private bool _known;
    private bool _missing;
    private bool _mayManage;
    private bool _changed;
    private bool _calculating;
    private bool _removing;
    private bool _busy;

    [Parameter]
    public string Id { get; set; } = "";

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<PoolsText> L => texts;

    protected override object Key => Id;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override bool Shows(ConsoleEvent e) => e is PoolChanged or InstanceChanged;

    protected override void OnInitialized() => _mayManage = member.Allows(Permission.NumbersManage);

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var id = Core.Common.Id.TryParse<PoolId>(Id, out var parsed) ? parsed : default;
        var (all, rows, troubles) = (await queries.ListAsync(ct), await numbers.WallAsync(ct), await numbers.TroublesAsync(ct));
        var pool = all.FirstOrDefault(p => p.Id == id);
        return () =>
        {
            _now = Time.GetUtcNow();
            _missing = pool is null;
            _shown = pool is null ? null : Shown.Of(pool, all, rows, troubles, _now, Shell.TimeZone);
            if (pool is null)
            {
                return;
            }

            // What is typed stays; that the pool is another now is said beside it.
            if (_draft is null || !_changed)
            {
                (_draft, _changed) = (new PoolDraft(pool), false);
            }

            _ = CalculateAsync(TimeSpan.Zero);
        };
    }

    private Task ChangedAsync()
    {
        _changed = _draft!.IsChanged;
        return CalculateAsync(_typing);
    }

    private Task DemandAsync(ChangeEventArgs e)
    {
        _demand = e.Value as string ?? "";
        return CalculateAsync(_typing);
    }

    private Task KnownAsync(ChangeEventArgs e)
    {
        _known = e.Value is true;
        return CalculateAsync(TimeSpan.Zero);
    }

    private void Discard() => (_draft, _changed, _) = (new PoolDraft(_shown!.Pool), false, CalculateAsync(TimeSpan.Zero));

    /// <summary>Off the circuit's thread: thousands of messages are sent in it. What is typed meanwhile begins it anew.</summary>
    private async Task CalculateAsync(TimeSpan after)
    {
        _calculation?.Cancel();
        var mine = _calculation = CancellationTokenSource.CreateLinkedTokenSource(Gone);
        try
        {
            _calculating = true;
            await Task.Delay(after, Time, mine.Token);
            PoolPolicy policy;
            int? demand;
            try
            {
                policy = Typed();
                demand = Demanded();
                _problem = null;
            }
            catch (RuleException broken)
            {
                _problem = TextOf(broken);
                return;
            }

            var (members, reach, now) = (
                _shown!.Members.Select(m => m.Row).ToArray(),
                _known ? Reach.Known : Reach.Stranger,
                Time.GetUtcNow()
            );
            var preview = await Task.Run(() => PoolPreview.Of(policy, members, demand, reach, now), mine.Token);
            if (!mine.IsCancellationRequested)
            {
                _preview = preview;
            }
        }
        catch (OperationCanceledException)
        {
            // Typed on, or left.
        }
        finally
        {
            if (ReferenceEquals(_calculation, mine))
            {
                _calculating = false;
                StateHasChanged();
            }
        }
    }

    private PoolPolicy Typed()
    {
        if (_draft is null || !_mayManage)
        {
            return _shown!.Pool.Policy(Shell.TimeZone);
        }

        var form = _draft.ToForm();
        return new PoolPolicy(form.Pace, form.Strategy, form.IsSticky, Shell.TimeZone);
    }

    private int? Demanded() =>
        _demand.Trim().Length == 0 ? null
        : int.TryParse(_demand.Trim(), NumberStyles.AllowThousands, CultureInfo.CurrentCulture, out var count)
        && count is >= 0 and <= PoolPreview.MostDemand
            ? count
        : throw new RuleException("form.not-a-number", _demand.Trim());

    private async Task SaveAsync()
    {
        _busy = true;
        var name = _draft!.Name.Trim();
        var saved = await RunAsync(() => doers.Pools.ChangeAsync(_shown!.Pool.Id, _draft.ToForm(), _draft.Version, Gone));
        if (saved)
        {
            _changed = false;
            Toasts.Show(L["form.saved", name]);
        }

        _busy = false;
        await ReloadAsync();
    }

    private async Task RemoveAsync()
    {
        _removing = false;
        var pool = _shown!.Pool;
        if (await RunAsync(() => doers.Pools.RemoveAsync(pool.Id, Gone)))
        {
            _changed = false;
            Toasts.Show(L["pools.removed", pool.Name]);
            navigation.NavigateTo(Shell.Path("numbers/pools"));
        }
    }

    /// <summary>The pool with its numbers and all others.</summary>
    private sealed record Shown(
        PoolRow Pool,
        PoolStanding Standing,
        IReadOnlyList<NumberCardView> Members,
        IReadOnlyList<NumberCardView> Others,
        IReadOnlyDictionary<PoolId, string> Names
    )
    {
        public static Shown Of(
            PoolRow pool,
            IReadOnlyList<PoolRow> all,
            IReadOnlyList<NumberRow> rows,
            WallTroubles troubles,
            DateTimeOffset now,
            TimeZoneInfo zone
        )
        {
            var cards = rows.OrderBy(r => r.Name, StringComparer.CurrentCultureIgnoreCase)
                .Select(r => NumberCardView.Of(r, now, r.Place?.Pool == pool.Id ? MemberStanding.Of(r, pool, now, zone) : null, troubles))
                .ToLookup(c => c.Member is not null);
            NumberCardView[] members = [.. cards[true]];
            return new Shown(
                pool,
                PoolStanding.Of(pool, [.. members.Select(m => m.Row)], now, zone),
                members,
                [.. cards[false]],
                all.ToDictionary(p => p.Id, p => p.Name)
            );
        }
    }
}
