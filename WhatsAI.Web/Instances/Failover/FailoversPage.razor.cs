using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;
using WhatsAI.Web.Instances.Pools;

namespace WhatsAI.Web.Instances.Failover;

/// <summary>Every failover and drill of the company, newest first.</summary>
public sealed partial class FailoversPage(
    FailoverQueries queries,
    IStringLocalizer<FailoverText> texts,
    IStringLocalizer<PoolsText> poolTexts
)
{
    private const int Page = 30;
    private IReadOnlyList<FailoverLine>? _rows;
    private bool _more;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<FailoverText> L => texts;

    private IStringLocalizer<PoolsText> P => poolTexts;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override bool Shows(ConsoleEvent e) => e is PoolChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var rows = await queries.ListAsync(before: null, Page + 1, ct);
        return () => (_rows, _more) = ([.. rows.Take(Page)], rows.Count > Page);
    }

    private async Task OlderAsync()
    {
        var rows = await queries.ListAsync(_rows![^1], Page + 1, Gone);
        (_rows, _more) = ([.. _rows, .. rows.Take(Page)], rows.Count > Page);
    }
}
