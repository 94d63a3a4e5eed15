using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Contacts;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Duplicates;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Contacts.Duplicates;

/// <summary>Contacts that look like one person: merged, told apart, and merges taken back.</summary>
public sealed partial class DuplicatesPage(
    DuplicateQueries queries,
    MergeActions actions,
    ContactCatalogQueries catalogs,
    IStringLocalizer<ContactsText> texts
)
{
    // More are not kept in a page: whoever has so many begins at the top.
    private const int MostShown = 500;

    private readonly HashSet<(ContactId, ContactId)> _swapped = [];
    private readonly RowPages<DuplicatePair, string> _list = new(MostShown, p => (p.Kept.Id, p.Other.Id));
    private IReadOnlyList<MergeRow> _merges = [];
    private ContactCatalog _catalog = ContactCatalog.Empty;
    private bool _busy;

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<ContactsText> L => texts;

    // It reads all numbers of the company: an import that changes them all the time is followed calmly.
    protected override TimeSpan Interval => TimeSpan.FromSeconds(5);

    protected override bool Shows(ConsoleEvent e) => e is ContactsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var shown = Loaded ? _list.Rows.Count : 0;
        var catalog = await catalogs.ReadAsync(ct);
        var merges = await queries.MergesAsync(ct: ct);
        var page = await _list.ReadAsync(after => queries.PageAsync(after, ct), shown);
        return () =>
        {
            _list.Show(page);
            (_merges, _catalog) = (merges, catalog);
        };
    }

    private string Called(string? name) => name is null ? L["nameless"] : ContactNames.PhoneOf(name);

    private (ContactRow Kept, ContactRow Other) Sides(DuplicatePair pair) =>
        _swapped.Contains((pair.Kept.Id, pair.Other.Id)) ? (pair.Other, pair.Kept) : (pair.Kept, pair.Other);

    private void Swap(DuplicatePair pair)
    {
        if (!_swapped.Remove((pair.Kept.Id, pair.Other.Id)))
        {
            _swapped.Add((pair.Kept.Id, pair.Other.Id));
        }
    }

    private Task MergeAsync(ContactRow kept, ContactRow other) =>
        DoAsync(async () =>
        {
            var merge = await actions.MergeAsync(kept.Id, other.Id, Gone);
            OfferUndo(L["duplicate.was-merged", ContactNames.Of(kept, L)], () => actions.UndoAsync(merge, Gone));
        });

    private Task SayTwoAsync(DuplicatePair pair) =>
        DoAsync(async () =>
        {
            await actions.SayTwoAsync(pair.Kept.Id, pair.Other.Id, Gone);
            OfferUndo(L["duplicate.was-two"], () => actions.AskAgainAsync(pair.Kept.Id, pair.Other.Id, Gone));
        });

    private Task UndoAsync(Core.Contacts.Duplicates.MergeId merge) => DoAsync(() => actions.UndoAsync(merge, Gone));

    private async Task DoAsync(Func<Task> act)
    {
        _busy = true;
        await RunAsync(act);
        await ReloadAsync();
        _busy = false;
    }

    private Task MoreAsync() => RunAsync(() => _list.MoreAsync(after => queries.PageAsync(after, Gone), () => true));
}
