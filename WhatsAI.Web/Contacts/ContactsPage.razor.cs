using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Contacts.Segments;
using WhatsAI.Core.Inbox.Search;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Contacts;

/// <summary>The company's contacts by name: found, filtered, tagged; what is chosen stands in the address.</summary>
public sealed partial class ContactsPage(
    ContactQueries queries,
    ContactCatalogQueries catalogs,
    ContactActions actions,
    NavigationManager navigation,
    IStringLocalizer<ContactsText> texts
)
{
    // More are not kept in a page: whoever looks for one among thousands searches.
    private const int MostShown = 3_000;

    private readonly HashSet<ContactId> _picked = [];
    private readonly RowPages<ContactRow, ContactKey> _list = new(MostShown, r => r.Id);
    private ContactCatalog _catalog = ContactCatalog.Empty;
    private ContactFilter _filter = new();
    private SegmentRow? _segment;
    private long? _count;
    private bool _tooShort;
    private bool _adding;
    private bool _editing;
    private bool _mayManage;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    [SupplyParameterFromQuery]
    public string? Tag { get; set; }

    [SupplyParameterFromQuery]
    public string? Consent { get; set; }

    [SupplyParameterFromQuery]
    public string? Segment { get; set; }

    private IStringLocalizer<ContactsText> L => texts;

    protected override object Key => new ContactsView(Text, Tag, Consent, Segment);

    // An import changes many: the list follows it calmly.
    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    private string Counted => Loaded && _count is { } count && _filter.Text is null ? count.ToString("N0", CultureInfo.CurrentCulture) : "";

    protected override Task OnParametersSetAsync()
    {
        var filter = new ContactsView(Text, Tag, Consent, Segment).ToFilter();
        if (filter != _filter)
        {
            _picked.Clear();
        }

        (_filter, _mayManage) = (filter, Shell.Allows(Permission.ContactsManage));
        return base.OnParametersSetAsync();
    }

    protected override bool Shows(ConsoleEvent e) => e is ContactsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var (filter, shown) = (_filter, Loaded ? _list.Rows.Count : 0);
        var catalog = await catalogs.ReadAsync(ct);
        var tooShort = SearchWords.Read(filter.Text) is { IsEmpty: false, IsTooShort: true };
        var page = await _list.ReadAsync(after => queries.PageAsync(filter, after, ct), shown);
        var count = filter.Text is null ? await queries.CountAsync(filter, ct) : null;
        return () =>
        {
            _list.Show(page);
            (_catalog, _count, _tooShort) = (catalog, count, tooShort);
        };
    }

    private string Export(string form)
    {
        var address = ContactsView.Address(_filter);
        var query = address.Contains('?', StringComparison.Ordinal)
            ? address[(address.IndexOf('?', StringComparison.Ordinal) + 1)..] + "&"
            : "";
        return Shell.Path($"contacts/export?{query}as={form}");
    }

    private void Go(ContactFilter filter) => navigation.NavigateTo(Shell.Path(ContactsView.Address(filter)), replace: true);

    private void Pick(ContactId id)
    {
        if (!_picked.Remove(id) && _picked.Count < ContactActions.MostAtOnce)
        {
            _picked.Add(id);
        }
    }

    private Task MoreAsync()
    {
        var key = Key;
        return RunAsync(() => _list.MoreAsync(after => queries.PageAsync(_filter, after, Gone), () => Equals(key, Key)));
    }

    private async Task TagAsync(TagRow tag, bool on)
    {
        ContactId[] picked = [.. _picked];
        if (await RunAsync(() => actions.TagAsync(picked, tag.Id, on, Gone)))
        {
            OfferUndo(L[on ? "tag.was-put" : "tag.was-taken", tag.Name, picked.Length], () => actions.TagAsync(picked, tag.Id, !on, Gone));
        }
    }

    private void Added(ContactId id)
    {
        _adding = false;
        navigation.NavigateTo(Shell.Path($"contacts/{id}"));
    }

    private async Task SegmentSavedAsync(SegmentId id)
    {
        _editing = false;
        Toasts.Show(L["segment.saved"]);
        await ReloadAsync();
        Go(_filter with { Segment = id, Text = null });
    }

    private async Task SegmentDeletedAsync()
    {
        _editing = false;
        Toasts.Show(L["segment.deleted"]);
        await ReloadAsync();
        Go(_filter with { Segment = null });
    }
}
