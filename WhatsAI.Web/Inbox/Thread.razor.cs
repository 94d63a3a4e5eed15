using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox;

/// <summary>One open conversation. Made anew for each (<c>@key</c>), so that nothing of one is ever seen in another.</summary>
public sealed partial class Thread(
    ConversationQueries conversations,
    MessageQueries messages,
    ConversationActions actions,
    AssignmentActions assignments,
    RepeatActions repeats,
    MessageChangeActions changes,
    MediaActions media,
    CurrentMember member,
    IStringLocalizer<InboxText> texts
) : LiveComponent
{
    private readonly ThreadMessages _messages = new();
    private IReadOnlyList<ThreadItem> _items = [];
    private ConversationView? _view;
    private ThreadContext? _context;
    private ThreadBrowser? _browser;
    private ThreadWatch _watch = null!;
    private UserId _me;
    private ElementReference _root;
    private bool _missing;
    private bool _mayResolve;
    private bool _mayAssign;
    private MessageId? _at;
    private MessageId? _goTo;
    private bool _atEnd = true;
    private int _below;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private WatcherRows Watchers { get; set; } = null!;

    [Parameter, EditorRequired]
    public ConversationId ConversationId { get; set; }

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    /// <summary>Where it leads back to.</summary>
    [Parameter, EditorRequired]
    public string Back { get; set; } = "";

    /// <summary>The message it opens at; null: the first unread one, or the end.</summary>
    [Parameter]
    public MessageId? At { get; set; }

    /// <summary>The number the conversation goes through, as it is now.</summary>
    [Parameter]
    public InboxSummary Summary { get; set; } = InboxSummary.Empty;

    /// <summary>The company's labels.</summary>
    [Parameter]
    public IReadOnlyList<InboxLabel> Labels { get; set; } = [];

    [Parameter]
    public EventCallback<ConversationView> OnView { get; set; }

    [Parameter]
    public EventCallback OnDetails { get; set; }

    [Parameter]
    public EventCallback<(ConversationId Id, string Draft)> OnDraft { get; set; }

    private IStringLocalizer<InboxText> L => texts;

    // The end of what is loaded is not the thread's end while there are newer ones.
    private bool SeesEnd => _atEnd && !_messages.Newer;

    private InboxNumber? Number => _view is null ? null : Summary.Number(_view.Row.InstanceId);

    private bool NumberGone => Number is { Deleted: true };

    // Where the number is gone, the way to go on is looked for among all.
    public override Task SetParametersAsync(ParameterView parameters) =>
        parameters.Change(this, () => (ConversationId, Shell, Back, At, Number, Labels, NumberGone || _continuing ? Summary : null))
            ? base.SetParametersAsync(ParameterView.Empty)
            : Task.CompletedTask;

    protected override void OnInitialized()
    {
        (_watch, _me) = (new ThreadWatch(Watchers, member, ConversationId), member.UserId);
        Requests.Asked += AskMacro;
    }

    protected override Task OnParametersSetAsync()
    {
        if (_view is not null && _context?.NumberGone != NumberGone)
        {
            Take(_view);
        }

        if (At != _at && _view is not null && At is { } target)
        {
            _ = BehindAsync(() => GoToAsync(target));
        }

        _at = At;
        return base.OnParametersSetAsync();
    }

    protected override bool Shows(ConsoleEvent e) =>
        e switch
        {
            MessageChanged m => m.ConversationId == ConversationId,
            ConversationChanged c => c.ConversationId == ConversationId,
            CustomerTyping t => t.ConversationId == ConversationId,
            // What one does oneself shows when it decides who answers.
            Watching w => w.ConversationId == ConversationId && (w.UserId != _me || w.Doing == Doing.Took),
            NoticesChanged n => n.UserId == _me,
            // Seldom; whether it is of this conversation's number is seen when it is loaded.
            GapChanged => true,
            _ => false,
        };

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var view = await conversations.FindAsync(ConversationId, ct);
        if (view is null)
        {
            return () => _missing = true;
        }

        var watchers = await _watch.ReadAsync(ct);
        if (_messages.Newer)
        {
            // The end is not shown, so what is shown may only have changed.
            var shown = await messages.FindAsync([.. _messages.Rows.Select(r => r.Id)], ct);
            return () =>
            {
                _watch.Show(watchers);
                Take(view);
                Tell(view);
                _messages.Apply(shown);
                Draw();
            };
        }

        // As many as it takes to open at the first unread one, and some to read on from.
        var page = await messages.PageAsync(ConversationId, size: Math.Max(MessageQueries.PageSize, view.Row.Unread + 20), ct: ct);
        var at = _view is null ? At : null;
        var around =
            at is { } target && !page.Rows.Any(r => r.Id == target) ? await messages.AroundAsync(ConversationId, target, ct) : null;
        return () =>
        {
            var first = _view is null;
            _watch.Show(watchers);
            Take(view);
            Tell(view);
            if (first)
            {
                _messages.Show(page, view.Row.Unread);
                if (around is not null)
                {
                    _messages.Show(around);
                }

                _goTo = at;
            }
            else
            {
                _messages.Refresh(page);
            }

            Draw();
        };
    }

    /// <summary>Only what changed is read, never the whole thread.</summary>
    protected override async Task<Action> LoadChangesAsync(IReadOnlyList<ConsoleEvent> events, CancellationToken ct)
    {
        var ids = events.OfType<MessageChanged>().Select(e => e.MessageId).ToHashSet();
        var rows = ids.Count == 0 ? [] : await messages.FindAsync(ids, ct);
        var view = events.Any(e => e is ConversationChanged || (e is GapChanged g && g.InstanceId == _view?.Row.InstanceId))
            ? await conversations.FindAsync(ConversationId, ct)
            : null;
        var typing = events.Any(e => e is CustomerTyping);
        var watchers = await _watch.ReadAsync(ct);
        return () =>
        {
            _watch.Show(watchers);
            if (view is not null)
            {
                Take(view);
                Tell(view);
            }

            if (_messages.Newer && rows.Any(r => r.AuthorId == member.UserId && r.Key > _messages.Rows[^1].Key))
            {
                // Who answers wants to see it.
                _ = BehindAsync(ToEndAsync);
            }

            var fresh = _messages.Apply(rows);
            ShowAnswered(rows);
            _below += SeesEnd ? 0 : fresh;
            if (typing && fresh == 0)
            {
                ShowTyping();
            }
            else if (fresh > 0)
            {
                HideTyping();
            }

            if (rows.Count > 0 || view is not null)
            {
                Draw();
            }

            WatchUnread();
            _news |= events.Any(e => e is NoticesChanged);
            ReadNotices();
        };
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_browser is null && _view is not null)
        {
            _browser = new ThreadBrowser(this);
            await _browser.AttachAsync(Js, _root, Gone);
        }

        if (_goTo is { } target && _browser is { IsAttached: true })
        {
            _goTo = null;
            await _browser.JumpAsync(target);
        }
    }

    protected override async ValueTask LeaveAsync()
    {
        Requests.Asked -= AskMacro;
        _typingTimer?.Dispose();
        _answeredTimer?.Dispose();
        _seenTimer?.Dispose();
        _watch.Dispose();
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
    }

    private void Take(ConversationView view)
    {
        _view = view;
        _mayResolve = member.Allows(Permission.ConversationsResolve);
        _mayAssign = member.Allows(Permission.ConversationsAssign);
        var title =
            view.Row.Title.Length > 0 ? view.Row.Title : (string)L[view.Row.Kind == ConversationKind.Group ? "contact.group" : "nameless"];
        _context = new ThreadContext(
            Shell,
            title,
            view.Row.Id.Value.ToString("N"),
            view.Row.PictureId is { } picture ? InboxUrl.Media(Shell, picture) : null,
            member.UserId,
            member.Allows(Permission.ConversationsReply) && !NumberGone,
            member.Allows(Permission.ConversationsResendUnconfirmed) && !NumberGone,
            NumberGone
        );
    }

    private void Tell(ConversationView view) => _ = InvokeAsync(() => OnView.InvokeAsync(view));

    private void Draw() => _items = ThreadItem.Of(_messages.Rows, _messages.FirstUnread, _messages.Unread, Shell.TimeZone, _view?.Gaps);

    private string DayName(DateOnly date)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Time.GetUtcNow(), Shell.TimeZone).DateTime);
        var name = date.ToString(date.Year == today.Year ? L["day.format"] : L["day.format-year"], CultureInfo.CurrentCulture);
        return (today.DayNumber - date.DayNumber) switch
        {
            0 => L["day.today", name],
            1 => L["day.yesterday", name],
            _ => name,
        };
    }
}
