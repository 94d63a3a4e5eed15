using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox.Views;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;
using WhatsAI.Web.Inbox.Labels;
using WhatsAI.Web.Inbox.Views;
using WhatsAI.Web.Layout;

namespace WhatsAI.Web.Inbox;

/// <summary>The inbox: the list of the filter in the address, and the conversation the address names.</summary>
public sealed partial class InboxPage(
    ConversationQueries queries,
    InboxRows live,
    CurrentMember member,
    NavigationManager navigation,
    IStringLocalizer<InboxText> texts
) : ConsoleComponent
{
    private static readonly TimeSpan _spread = TimeSpan.FromSeconds(2);
    private readonly InboxList _list = new();
    private readonly Dictionary<ConversationId, string> _drafts = [];
    private ConversationList? _rows;
    private ConversationView? _view;
    private InboxFilter? _asked;
    private InboxFeed? _feed;
    private InboxBrowser? _browser;
    private IDisposable? _shortcuts;
    private ElementReference _root;
    private bool _ready;
    private bool _failed;
    private bool _stale;
    private bool _retrying;
    private bool _loadingMore;
    private bool _details;
    private bool _blocking;
    private bool _opened;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private IStringLocalizer<LabelText> LabelTexts { get; set; } = null!;

    [Inject]
    private IStringLocalizer<ViewText> ViewTexts { get; set; } = null!;

    [Inject]
    private InboxViewQueries Views { get; set; } = null!;

    [Inject]
    private ShortcutList Shortcuts { get; set; } = null!;

    [Parameter]
    public string? ConversationId { get; set; }

    [SupplyParameterFromQuery]
    public string? Status { get; set; }

    [SupplyParameterFromQuery]
    public string? Number { get; set; }

    [SupplyParameterFromQuery]
    public string? Unread { get; set; }

    [SupplyParameterFromQuery]
    public string? Whose { get; set; }

    [SupplyParameterFromQuery]
    public string? Team { get; set; }

    [SupplyParameterFromQuery]
    public string? Label { get; set; }

    [SupplyParameterFromQuery]
    public string? Priority { get; set; }

    [SupplyParameterFromQuery]
    public string? Kind { get; set; }

    [SupplyParameterFromQuery]
    public string? Order { get; set; }

    /// <summary>A message of the conversation to go to.</summary>
    [SupplyParameterFromQuery]
    public string? Message { get; set; }

    [CascadingParameter]
    private ShellContext Shell { get; set; } = null!;

    private IStringLocalizer<InboxText> L => texts;

    // An address that names none is an id nobody has, so that it says so.
    private ConversationId? Selected =>
        ConversationId is null ? null
        : Id.TryParse<ConversationId>(ConversationId, out var id) ? id
        : default;

    private MessageId? Target => Id.TryParse<MessageId>(Message, out var id) ? id : null;

    protected override void OnInitialized() =>
        _shortcuts = Shortcuts.Add(
            L["title"],
            new("J", L["keys.next"]),
            new("K", L["keys.previous"]),
            new("R", L["keys.reply"]),
            new("N", L["keys.note"]),
            new("E", L["keys.resolve"]),
            new("S", L["keys.snooze"]),
            new("A", L["keys.assign"]),
            new("L", LabelTexts["pick"]),
            new("M", MacroTexts["run"]),
            new("G", VoiceTexts["record"]),
            new("V", ViewTexts["keys"]),
            new("X", SelectionTexts["keys.pick"]),
            new("Shift ↑ ↓", SelectionTexts["keys.range"]),
            new("/", L["keys.canned"]),
            new("F", L["keys.search"]),
            new("I", L["contact.title"]),
            new("Esc", L["back"])
        );

    protected override async Task OnParametersSetAsync()
    {
        _list.Select(Selected);
        ReadSearch();
        _details = _details && _view?.Row.Id == Selected;
        _blocking = _blocking && _view?.Row.Id == Selected;
        var filter = InboxUrl.Read(new InboxQuery(Status, Number, Unread, Whose, Team, Label, Priority, Kind, Order), member.UserId);
        if (filter == _asked || (_asked is null && await OpenWithViewAsync()))
        {
            return;
        }

        _asked = filter;
        // Subscribe first, load then, listen last.
        var feed = _feed is null ? _feed = live.Subscribe(member) : null;
        await LoadListAsync();
        if (feed is not null)
        {
            _ = ListenAsync(feed);
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _browser = new InboxBrowser(this);
            await _browser.AttachAsync(Js, _root, Gone);
        }
    }

    protected override async ValueTask LeaveAsync()
    {
        _feed?.Dispose();
        _shortcuts?.Dispose();
        _typingTimer?.Dispose();
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
    }

    /// <summary>The inbox by its bare address opens with the view that the member chose; whoever comes by a filter or to a conversation gets that.</summary>
    private async Task<bool> OpenWithViewAsync()
    {
        if (_opened || Selected is not null || new Uri(navigation.Uri).Query.Length > 0)
        {
            return false;
        }

        _opened = true;
        string? query = null;
        await RunAsync(async () => query = await Views.OpensWithAsync(Gone), away: () => { });
        if (query is null || ViewFilter.Read(query, member.UserId) is var filter && filter == new InboxFilter())
        {
            return false;
        }

        navigation.NavigateTo(InboxUrl.Of(Shell, filter), replace: true);
        return true;
    }

    private async Task LoadListAsync()
    {
        var filter = _asked!;
        (_ready, _failed) = (_ready && _list.Filter == filter, false);
        _list.Expect();
        try
        {
            var page = await queries.PageAsync(filter, ct: Gone);
            var summary = await queries.SummaryAsync(Gone);
            var watchers = await live.WatchersAsync(member, Gone);
            // Another filter may have been chosen meanwhile.
            if (filter == _asked)
            {
                _list.Show(filter, page);
                _list.Select(Selected);
                (_list.Summary, _list.Watchers, _ready, _stale) = (summary, watchers, true, false);
            }
        }
        catch (Exception e) when (DatabaseAway.Is(e) && filter == _asked)
        {
            // Rows that are there stay; where there are none, an error is shown.
            (_failed, _stale) = (!_ready, true);
            if (!_retrying && !Gone.IsCancellationRequested)
            {
                _retrying = true;
                _ = BehindAsync(RetryAsync);
            }
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    private async Task RetryAsync()
    {
        try
        {
            for (var wait = 1.0; _stale && !Gone.IsCancellationRequested; wait = Math.Min(wait * 2, 15))
            {
                await Task.Delay(TimeSpan.FromSeconds(wait * (0.75 + (Random.Shared.NextDouble() / 2))), Time, Gone);
                await LoadListAsync();
                StateHasChanged();
            }
        }
        finally
        {
            _retrying = false;
        }
    }

    private async Task ListenAsync(InboxFeed feed)
    {
        try
        {
            await foreach (var change in feed.ChangesAsync(Gone))
            {
                if (change.Rows is null)
                {
                    await Task.Delay(_spread * Random.Shared.NextDouble(), Gone);
                }

                await InvokeAsync(() => TakeAsync(change));
            }
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }

    private async Task TakeAsync(InboxChange change)
    {
        if (change.Rows is null)
        {
            await LoadListAsync();
            StateHasChanged();
            return;
        }

        var (numbers, labels) = (_list.Summary.Numbers, _list.Summary.Labels);
        _list.Summary = change.Summary ?? _list.Summary;
        _list.Watchers = change.Watchers ?? _list.Watchers;
        if (_ready)
        {
            _list.Apply(change.Rows);
        }

        foreach (var id in change.Typing)
        {
            ShowTyping(id);
        }

        DrawList();
        // The thread shows its number; what else it shows it hears of itself.
        if (!_list.Summary.Numbers.SequenceEqual(numbers) || _list.Summary.Labels != labels)
        {
            StateHasChanged();
        }
    }

    // Many times a second while customers write: the thread beside it stays as it is.
    private void DrawList() => _rows?.Draw();

    internal async Task MoreAsync()
    {
        if (_terms is not null)
        {
            await (_results?.MoreAsync() ?? Task.CompletedTask);
            return;
        }

        if (_loadingMore || _list.End is not { } end)
        {
            return;
        }

        _loadingMore = true;
        try
        {
            var filter = _list.Filter;
            // Nobody asked but the scroll bar, which asks again.
            await RunAsync(
                async () =>
                {
                    var page = await queries.PageAsync(filter, end, Gone);
                    if (filter == _list.Filter && end == _list.End)
                    {
                        _list.Append(page);
                        StateHasChanged();
                    }
                },
                away: () => { }
            );
        }
        finally
        {
            _loadingMore = false;
        }
    }
}
