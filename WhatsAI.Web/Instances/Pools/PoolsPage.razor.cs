using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances.Pools;

/// <summary>All pools, and the way to make one.</summary>
public sealed partial class PoolsPage(
    PoolQueries queries,
    InstanceQueries numbers,
    PoolActions actions,
    CurrentMember member,
    NavigationManager navigation,
    IStringLocalizer<PoolsText> texts
)
{
    private IReadOnlyList<PoolStanding>? _pools;
    private string _name = "";
    private bool _naming;
    private bool _mayManage;
    private bool _busy;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<PoolsText> L => texts;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override bool Shows(ConsoleEvent e) => e is PoolChanged or InstanceChanged;

    protected override void OnInitialized() => _mayManage = member.Allows(Permission.NumbersManage);

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var (pools, rows) = (await queries.ListAsync(ct), await numbers.WallAsync(ct));
        return () =>
        {
            var ofPool = rows.ToLookup(r => r.Place?.Pool);
            _pools = [.. pools.Select(p => PoolStanding.Of(p, [.. ofPool[p.Id]], Time.GetUtcNow(), Shell.TimeZone))];
        };
    }

    private async Task CreateAsync()
    {
        _busy = true;
        PoolId id = default;
        if (await RunAsync(async () => id = await actions.CreateAsync(_name, Gone)))
        {
            navigation.NavigateTo(Shell.Path($"numbers/pools/{id}"));
        }

        _busy = false;
    }
}
