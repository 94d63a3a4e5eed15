using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances.Failover;

/// <summary>Plays a failover on a sandbox number, after saying what it will do.</summary>
public sealed partial class DrillButton(
    FailoverQueries queries,
    FailoverActions actions,
    CurrentMember member,
    NavigationManager navigation,
    IStringLocalizer<FailoverText> texts
)
{
    private bool _can;
    private bool _asking;
    private bool _busy;

    [Parameter, EditorRequired]
    public InstanceId Id { get; set; }

    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<FailoverText> L => texts;

    protected override object Key => Id;

    protected override bool Shows(ConsoleEvent e) => e is PoolChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var places = member.Allows(Permission.NumbersManage) ? await queries.DrillPlacesAsync(Id, ct) : null;
        return () => _can = places is not null && places.All(actions.IsOurSandbox);
    }

    private async Task PlayAsync()
    {
        (_asking, _busy) = (false, true);
        FailoverId drill = default;
        if (await RunAsync(async () => drill = await actions.DrillAsync(Id, Gone)))
        {
            navigation.NavigateTo(Shell.Path($"numbers/failovers/{drill}"));
        }

        _busy = false;
    }
}
