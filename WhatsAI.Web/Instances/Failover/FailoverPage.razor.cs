using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;
using WhatsAI.Web.Instances.Pools;

namespace WhatsAI.Web.Instances.Failover;

/// <summary>One failover with its stopwatch: what gave it away, what was moved, which campaigns wait for a decision.</summary>
public sealed partial class FailoverPage(
    FailoverQueries queries,
    FailoverActions drills,
    CampaignActions campaigns,
    CurrentMember member,
    IStringLocalizer<FailoverText> texts,
    IStringLocalizer<PoolsText> poolTexts
)
{
    private FailoverReport? _report;
    private bool _missing;
    private bool _mayManage;
    private bool _busy;

    [Parameter]
    public string Id { get; set; } = "";

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<FailoverText> L => texts;

    private IStringLocalizer<PoolsText> P => poolTexts;

    protected override object Key => Id;

    protected override TimeSpan Interval => TimeSpan.FromMilliseconds(500);

    // The first message through the other number is a message's event.
    protected override bool Shows(ConsoleEvent e) => e is PoolChanged or InstanceChanged or MessageChanged;

    protected override void OnInitialized() => _mayManage = member.Allows(Permission.NumbersManage);

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var report = Core.Common.Id.TryParse<FailoverId>(Id, out var id) ? await queries.FindAsync(id, ct) : null;
        return () => (_report, _missing) = (report, report is null);
    }

    private async Task EndAsync()
    {
        _busy = true;
        if (await RunAsync(() => drills.EndDrillAsync(_report!.Line.Id, Gone)))
        {
            Toasts.Show(L["drill-ended"]);
        }

        _busy = false;
        await ReloadAsync();
    }

    private async Task ReleaseAsync(FailoverCampaign campaign)
    {
        _busy = true;
        if (await RunAsync(() => campaigns.ReleaseAsync(campaign.Id, Gone)))
        {
            Toasts.Show(L["released-said", campaign.Name]);
        }

        _busy = false;
        await ReloadAsync();
    }
}
