using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances.Pools;

/// <summary>Who became what in a pool, when and why; newest first, and live.</summary>
public sealed partial class PoolHistory(PoolQueries queries, IStringLocalizer<PoolsText> texts)
{
    private const int Page = 10;
    private IReadOnlyList<PoolHappening>? _rows;
    private int _shown = Page;
    private bool _more;

    [Parameter, EditorRequired]
    public PoolId Id { get; set; }

    protected override object Key => Id;

    private IStringLocalizer<PoolsText> L => texts;

    protected override bool Shows(ConsoleEvent e) => e is PoolChanged changed && changed.PoolId == Id;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var rows = await queries.HistoryAsync(Id, before: null, _shown + 1, ct);
        return () => (_rows, _more) = ([.. rows.Take(_shown)], rows.Count > _shown);
    }

    private Task OlderAsync()
    {
        _shown = Math.Min(_shown * 2, 199);
        return ReloadAsync();
    }
}
