using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Campaigns.Lists;

/// <summary>The company's campaigns, the newest first; what is searched for stands in the address.</summary>
public sealed partial class CampaignsPage(
    CampaignListQueries queries,
    CampaignDraftActions drafts,
    CampaignSteering steering,
    NavigationManager navigation,
    IStringLocalizer<CampaignListText> texts,
    IStringLocalizer<CampaignsText> words
)
{
    private const int MostShown = 1_000;
    private readonly RowPages<CampaignListRow, CampaignKey> _list = new(MostShown, r => r.Id);
    private CampaignNeeds? _needs;
    private CampaignState? _state;
    private (CampaignAct Act, CampaignListRow Row)? _asked;
    private bool _adding;
    private bool _mayManage;
    private bool _mayWrite;
    private bool _maySend;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    [SupplyParameterFromQuery]
    public string? State { get; set; }

    /// <summary>"1": somebody asked for a new one elsewhere.</summary>
    [SupplyParameterFromQuery]
    public string? New { get; set; }

    private IStringLocalizer<CampaignListText> L => texts;

    private IStringLocalizer<CampaignsText> W => words;

    private string Asked => _asked?.Row.Name ?? "";

    protected override object Key => (Text, State);

    /// <summary>A running campaign tells of itself with every message.</summary>
    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override Task OnParametersSetAsync()
    {
        _state = CampaignList.StateOf(State);
        (_mayWrite, _maySend) = (Shell.Allows(Permission.CampaignsWrite), Shell.Allows(Permission.CampaignsSend));
        _mayManage = Shell.Allows(Permission.TenantManage);
        if (New is "1" && _mayWrite)
        {
            _adding = true;
            Go(Text, _state);
        }

        return base.OnParametersSetAsync();
    }

    protected override bool Shows(ConsoleEvent e) => e is CampaignChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var (typed, state, shown) = (Text, CampaignList.StateOf(State), Loaded ? _list.Rows.Count : 0);
        var page = await _list.ReadAsync(after => queries.PageAsync(typed, state, after, ct), shown);
        var needs = page.Rows.Count == 0 && state is null && string.IsNullOrWhiteSpace(typed) ? await queries.NeedsAsync(ct) : null;
        return () =>
        {
            _list.Show(page);
            _needs = needs;
        };
    }

    /// <summary>Those alone that changed, as long as each of them is shown and stays where it is.</summary>
    protected override async Task<Action> LoadChangesAsync(IReadOnlyList<ConsoleEvent> events, CancellationToken ct)
    {
        var changed = events.OfType<CampaignChanged>().Select(e => e.CampaignId).ToHashSet();
        var before = _list.Rows.Where(r => changed.Contains(r.Id)).ToDictionary(r => r.Id);
        var now = (await queries.FindAsync(changed, ct)).ToDictionary(r => r.Id);
        return before.Count == changed.Count && changed.All(id => now.TryGetValue(id, out var row) && IsAlike(row, before[id]))
            ? () => _list.Change(r => now.GetValueOrDefault(r.Id, r))
            : await LoadAsync(ct);
    }

    private static bool IsAlike(CampaignListRow a, CampaignListRow b) => a.State == b.State && a.Name == b.Name;

    private void Go(string? typed, CampaignState? state) =>
        navigation.NavigateTo(
            navigation.GetUriWithQueryParameters(
                Shell.Path("campaigns"),
                new Dictionary<string, object?>
                {
                    ["q"] = string.IsNullOrWhiteSpace(typed) ? null : typed.Trim(),
                    ["state"] = state is { } only ? CampaignList.Word(only) : null,
                }
            ),
            new NavigationOptions { ReplaceHistoryEntry = true }
        );

    private Task MoreAsync()
    {
        var key = Key;
        return RunAsync(() => _list.MoreAsync(after => queries.PageAsync(Text, _state, after, Gone), () => Equals(key, Key)));
    }

    private Task CreateAsync(string name) => RunAsync(async () => Prepare(await drafts.CreateAsync(name, Gone)));

    private void Prepare(CampaignId id) => navigation.NavigateTo(Shell.Path($"campaigns/{id}/edit"));

    private Task ActAsync(CampaignListRow row, CampaignAct act)
    {
        switch (act)
        {
            case CampaignAct.Pause:
                return PauseAsync(row);
            case CampaignAct.Copy:
                return RunAsync(async () => Prepare(await drafts.CopyAsync(row.Id, CampaignList.CopyName(row.Name, L["copy-of"]), Gone)));
            case CampaignAct.Resume when row.Cause == CampaignCause.ByPerson:
                return ResumeAsync(row);
            default:
                // What cannot be taken back, and what the system stopped, is asked once more.
                _asked = (act, row);
                return Task.CompletedTask;
        }
    }

    private async Task PauseAsync(CampaignListRow row)
    {
        var leaving = 0;
        if (await RunAsync(async () => leaving = await steering.PauseAsync(row.Id, Gone)))
        {
            Toasts.Show(leaving == 0 ? L["paused", row.Name] : L["paused-wire", row.Name, leaving]);
        }

        await ReloadAsync();
    }

    private async Task ResumeAsync(CampaignListRow row)
    {
        _asked = null;
        if (await RunAsync(() => steering.ResumeAsync(row.Id, Gone)))
        {
            Toasts.Show(L["resumed", row.Name]);
        }

        await ReloadAsync();
    }

    private async Task RenameAsync(string name)
    {
        // With the version that is shown now: figures that moved meanwhile are no conflict.
        var row = _asked!.Value.Row;
        var version = _list.Rows.FirstOrDefault(r => r.Id == row.Id && r.Name == row.Name)?.Version ?? row.Version;
        if (await RunAsync(() => drafts.RenameAsync(row.Id, name, version, Gone)))
        {
            _asked = null;
            Toasts.Show(L["renamed", name]);
        }

        await ReloadAsync();
    }

    private async Task DeleteAsync()
    {
        var row = _asked!.Value.Row;
        _asked = null;
        if (await RunAsync(() => drafts.DeleteAsync(row.Id, Gone)))
        {
            Toasts.Show(L["deleted", row.Name]);
        }

        await ReloadAsync();
    }
}
