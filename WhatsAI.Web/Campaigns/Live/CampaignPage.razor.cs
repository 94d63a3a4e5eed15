using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Campaigns.Live;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Campaigns.Live;

/// <summary>What the page is read from.</summary>
public sealed record CampaignReads(CampaignLiveQueries Campaigns, InstanceQueries Numbers, PoolQueries Pools);

/// <summary>What a person does to a launched campaign.</summary>
public sealed record CampaignDoers(CampaignSteering Steering, CampaignDraftActions Drafts);

/// <summary>A launched campaign while it runs and ever after: what it does, what came of it, and the buttons that stop it.</summary>
public sealed partial class CampaignPage(
    CampaignReads reads,
    CampaignDoers doers,
    NavigationManager navigation,
    IStringLocalizer<LiveText> texts,
    IStringLocalizer<CampaignsText> states
)
{
    private CampaignLive? _live;
    private DoingLook? _doing;
    private IReadOnlyList<CampaignNumber> _numbers = [];
    private RecipientFilter _filter = new();
    private LiveTab _tab;
    private Asking? _asking;
    private bool _mayWrite;
    private bool _maySend;
    private bool _busy;

    private enum Asking
    {
        Cancel,
        Resume,
        TakeBack,
    }

    [Parameter]
    public string CampaignId { get; set; } = "";

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    [SupplyParameterFromQuery]
    public string? Tab { get; set; }

    [SupplyParameterFromQuery]
    public string? Part { get; set; }

    [SupplyParameterFromQuery(Name = "reason")]
    public string? Why { get; set; }

    [SupplyParameterFromQuery]
    public string? Variant { get; set; }

    [SupplyParameterFromQuery]
    public string? Number { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    private IStringLocalizer<LiveText> L => texts;

    private IStringLocalizer<CampaignsText> States => states;

    private CampaignId Id => Core.Common.Id.TryParse<CampaignId>(CampaignId, out var id) ? id : default;

    protected override object Key => CampaignId;

    // Half a second is as live as a figure can be read.
    protected override TimeSpan Interval => TimeSpan.FromMilliseconds(500);

    private string Meta
    {
        get
        {
            var head = _live!.Head;
            var parts = new List<string>();
            if (head.StartedAt is { } began)
            {
                parts.Add(L["began", LiveWords.When(began, _live.At, Shell.TimeZone)]);
            }

            if (head.LaunchedBy is { } by)
            {
                parts.Add(L["by", by]);
            }

            if (head.PoolName is { } pool)
            {
                parts.Add(pool);
            }

            return string.Join(" · ", parts);
        }
    }

    protected override Task OnParametersSetAsync()
    {
        (_tab, _filter) = (LiveUrl.Tab(Tab), LiveUrl.Filter(Part, Why, Variant, Number, Text));
        (_mayWrite, _maySend) = (Shell.Allows(Permission.CampaignsWrite), Shell.Allows(Permission.CampaignsSend));
        return base.OnParametersSetAsync();
    }

    protected override bool Shows(ConsoleEvent e) =>
        e is CampaignChanged changed ? changed.CampaignId == Id : e is PoolChanged or InstanceChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var (id, zone) = (Id, Shell.TimeZone);
        var live = await reads.Campaigns.FindAsync(id, ct);
        if (live is null)
        {
            var isDraft = await reads.Campaigns.IsDraftAsync(id, ct);
            return () =>
            {
                _live = null;
                if (isDraft)
                {
                    navigation.NavigateTo(Shell.Path($"campaigns/{id}/edit"), replace: true);
                }
            };
        }

        var pool = live.Head.Pool is { } of ? await reads.Pools.FindAsync(of, ct) : null;
        var numbers = CampaignNumber.Of(live, pool, await reads.Numbers.WallAsync(ct), await reads.Numbers.TroublesAsync(ct), zone);
        return () => (_live, _doing, _numbers) = (live, LiveWords.Of(live, zone, texts, states), numbers);
    }

    private bool MayOpen(string page) => !page.StartsWith("analytics", StringComparison.Ordinal) || Shell.Allows(Permission.ReportsRead);

    private Task PauseAsync() =>
        DoAsync(async () =>
        {
            var going = await doers.Steering.PauseAsync(Id, Gone);
            Toasts.Show(going == 0 ? L["paused"] : L[going == 1 ? "paused-going-one" : "paused-going", going]);
        });

    // What a person stopped goes on by one key; what the system stopped is asked once more.
    private async Task AskResumeAsync()
    {
        if (_live!.Head is { State: CampaignState.Paused, Cause: CampaignCause.ByPerson })
        {
            await ResumeAsync();
            return;
        }

        _asking = Asking.Resume;
    }

    private Task ResumeAsync() =>
        DoAsync(async () =>
        {
            await doers.Steering.ResumeAsync(Id, Gone);
            Toasts.Show(L["resumed"]);
        });

    private Task CancelAsync() =>
        DoAsync(async () =>
        {
            await doers.Steering.CancelAsync(Id, Gone);
            Toasts.Show(L["cancelled"]);
        });

    // The page itself sends a draft on to where it is written.
    private Task TakeBackAsync() => DoAsync(() => doers.Steering.TakeBackAsync(Id, Gone));

    private Task CopyAsync() =>
        RunAsync(async () =>
        {
            var copy = await doers.Drafts.CopyAsync(Id, CopyName(_live!.Head.Name, L["copy-of"]), Gone);
            navigation.NavigateTo(Shell.Path($"campaigns/{copy}/edit"));
        });

    /// <summary>That may be kept, however long the first one's is.</summary>
    private static string CopyName(string name, string pattern)
    {
        var room = Campaign.MaxNameLength - (pattern.Length - "{0}".Length);
        var cut = name.Length <= room ? name : name[..(char.IsHighSurrogate(name[room - 1]) ? room - 1 : room)];
        return pattern.Replace("{0}", cut, StringComparison.Ordinal);
    }

    private async Task DoAsync(Func<Task> act)
    {
        (_asking, _busy) = (null, true);
        await RunAsync(act);
        _busy = false;
        await ReloadAsync();
    }
}
