using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Campaigns.Live;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;
using WhatsAI.Web.Inbox;

namespace WhatsAI.Web.Campaigns.Live;

/// <summary>A campaign's recipients, live: what is shown follows what becomes of it and stays where it is.</summary>
public sealed partial class RecipientsList(
    RecipientQueries queries,
    NavigationManager navigation,
    IStringLocalizer<LiveText> texts,
    IStringLocalizer<InboxText> reasons
)
{
    // More are not kept in a page: whoever looks for one among thousands searches.
    private const int MostShown = 600;
    private static readonly RecipientPart[] _parts =
    [
        RecipientPart.All,
        RecipientPart.Waiting,
        RecipientPart.Replied,
        RecipientPart.Failed,
        RecipientPart.Unconfirmed,
        RecipientPart.Skipped,
    ];

    private readonly RowPages<RecipientRow, RecipientKey> _list = new(MostShown, r => r.Contact);
    private bool _hasNews;

    [Parameter, EditorRequired]
    public CampaignId Campaign { get; set; }

    [Parameter, EditorRequired]
    public CampaignLive Live { get; set; } = null!;

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    [Parameter, EditorRequired]
    public RecipientFilter Filter { get; set; } = new();

    private IStringLocalizer<LiveText> L => texts;

    private IStringLocalizer<InboxText> Reasons => reasons;

    protected override object Key => (Campaign, Filter);

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    private IEnumerable<(RecipientPart Part, int People)> Chips =>
        _parts.Union([Filter.Part]).Select(p => (p, People(p))).Where(c => c.Item2 > 0 || c.p == Filter.Part || c.p == RecipientPart.All);

    protected override bool Shows(ConsoleEvent e) => e is CampaignChanged changed && changed.CampaignId == Campaign;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var (filter, shown) = (Filter, Loaded ? _list.Rows.Count : 0);
        var page = await _list.ReadAsync(after => queries.PageAsync(Campaign, filter, after, ct), shown);
        return () =>
        {
            _list.Show(page);
            _hasNews = false;
        };
    }

    /// <summary>Nothing moves under a pointer: whoever is shown is shown as he is now, and others wait to be asked for.</summary>
    protected override async Task<Action> LoadChangesAsync(IReadOnlyList<ConsoleEvent> events, CancellationToken ct)
    {
        var shown = _list.Rows;
        if (shown.Count == 0)
        {
            return await LoadAsync(ct);
        }

        var again = (await queries.OfAsync(Campaign, [.. shown.Select(r => r.Contact)], ct)).ToDictionary(r => r.Contact);
        var first = await queries.PageAsync(Campaign, Filter, null, ct);
        var isOther = !first.Rows.Select(r => r.Contact).SequenceEqual(shown.Take(RecipientQueries.PageSize).Select(r => r.Contact));
        return () =>
        {
            if (ReferenceEquals(shown, _list.Rows))
            {
                _list.Change(r => again.GetValueOrDefault(r.Contact, r));
                _hasNews = isOther;
            }
        };
    }

    private int People(RecipientPart part) =>
        part switch
        {
            RecipientPart.Waiting => Live.Funnel.Waiting,
            RecipientPart.Sent => Live.Funnel.Sent,
            RecipientPart.Delivered => Live.Funnel.Delivered,
            RecipientPart.Read => Live.Funnel.Read,
            RecipientPart.Replied => Live.Funnel.Replied,
            RecipientPart.Failed => Live.Funnel.Failed,
            RecipientPart.Skipped => Live.Funnel.Skipped,
            RecipientPart.Unconfirmed => Live.Funnel.Unconfirmed,
            _ => Live.Funnel.Recipients,
        };

    private void Go(RecipientFilter filter) =>
        navigation.NavigateTo(
            Shell.Path(LiveUrl.Of(Campaign, filter with { Text = string.IsNullOrWhiteSpace(filter.Text) ? null : filter.Text.Trim() })),
            replace: true
        );

    private Task ShowNewsAsync()
    {
        _list.Shorten(RecipientQueries.PageSize);
        return ReloadAsync();
    }

    private Task MoreAsync()
    {
        var key = Key;
        return RunAsync(() => _list.MoreAsync(after => queries.PageAsync(Campaign, Filter, after, Gone), () => Equals(key, Key)));
    }
}
