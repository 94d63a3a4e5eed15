using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Campaigns.Live;

/// <summary>Who was left out of a campaign, by reason; the reason and the words that are looked for stand in the address.</summary>
public sealed partial class LeftOutList(
    ExclusionQueries queries,
    NavigationManager navigation,
    IStringLocalizer<LiveText> texts,
    IStringLocalizer<CampaignsText> states
)
{
    private const int MostShown = 600;
    private readonly RowPages<ExclusionRow, ExclusionKey> _list = new(MostShown, r => r.Contact);
    private Exclusion? _reason;

    [Parameter, EditorRequired]
    public CampaignId Campaign { get; set; }

    [Parameter, EditorRequired]
    public IReadOnlyDictionary<Exclusion, int> Counts { get; set; } = new Dictionary<Exclusion, int>();

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    /// <summary>As it stands in the address.</summary>
    [Parameter]
    public string? Reason { get; set; }

    [Parameter]
    public string? Text { get; set; }

    private IStringLocalizer<LiveText> L => texts;

    private IStringLocalizer<CampaignsText> States => states;

    // Frozen once: only while that is done does the total move.
    protected override object Key => (Campaign, Reason, Text, Counts.Values.Sum());

    protected override bool Shows(ConsoleEvent e) => false;

    protected override Task OnParametersSetAsync()
    {
        _reason =
            Enum.TryParse<Exclusion>(Reason, ignoreCase: true, out var reason) && Enum.IsDefined(reason) && !int.TryParse(Reason, out _)
                ? reason
                : null;
        return base.OnParametersSetAsync();
    }

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var page = await queries.PageAsync(Campaign, _reason, Text, null, ct);
        return () => _list.Show(page);
    }

    private string Name(ExclusionRow row) => row.Name ?? (row.Phone is { } phone ? Contacts.ContactNames.PhoneOf(phone) : L["forgotten"]);

    private void Go(Exclusion? reason, string? text)
    {
        var path = LiveUrl.Of(Campaign, LiveTab.LeftOut);
        path += reason is { } which ? $"&reason={which.ToString().ToLowerInvariant()}" : "";
        path += string.IsNullOrWhiteSpace(text) ? "" : $"&q={Uri.EscapeDataString(text.Trim())}";
        navigation.NavigateTo(Shell.Path(path), replace: true);
    }

    private Task MoreAsync()
    {
        var key = Key;
        return RunAsync(() => _list.MoreAsync(after => queries.PageAsync(Campaign, _reason, Text, after, Gone), () => Equals(key, Key)));
    }
}
