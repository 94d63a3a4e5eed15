using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Web.Inbox;

/// <summary>What the browser tells of the thread: how far it is scrolled, whether anybody can see it.</summary>
public sealed partial class Thread
{
    private static readonly TimeSpan _untilSeen = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _typingFades = TimeSpan.FromSeconds(6);
    private ITimer? _seenTimer;
    private ITimer? _typingTimer;
    private ITimer? _answeredTimer;
    private string? _answeredBy;
    private bool _typing;
    private bool _visible;

    /// <summary>The tab is in front, or no longer.</summary>
    internal Task SeeAsync(bool visible)
    {
        _visible = visible;
        _watch.See(visible);
        WatchUnread();
        ReadNotices();
        return Task.CompletedTask;
    }

    /// <summary>Scrolled to the end, or away from it.</summary>
    internal Task EndAsync(bool atEnd)
    {
        if (_atEnd != atEnd)
        {
            _atEnd = atEnd;
            _below = SeesEnd ? 0 : _below;
            WatchUnread();
            StateHasChanged();
        }

        return Task.CompletedTask;
    }

    internal async Task LoadOlderAsync()
    {
        if (!_messages.More || _messages.Rows is not [var first, ..])
        {
            return;
        }

        ThreadPage? page = null;
        if (!await RunAsync(async () => page = await messages.PageAsync(ConversationId, first.Key, ct: Gone)))
        {
            return;
        }

        if (_messages.Rows is [var still, ..] && still.Id == first.Id)
        {
            _messages.Prepend(page!);
            Draw();
            StateHasChanged();
        }
    }

    internal async Task LoadNewerAsync()
    {
        if (!_messages.Newer || _messages.Rows is not [.., var last])
        {
            return;
        }

        ThreadPage? page = null;
        if (!await RunAsync(async () => page = await messages.NewerAsync(ConversationId, last.Key, Gone)))
        {
            return;
        }

        if (_messages.Newer && _messages.Rows is [.., var still] && still.Id == last.Id)
        {
            _messages.Append(page!);
            _below = SeesEnd ? 0 : _below;
            Draw();
            StateHasChanged();
        }
    }

    /// <summary>Opens the thread where a message stands, however far back.</summary>
    private async Task GoToAsync(MessageId target)
    {
        if (!_messages.Rows.Any(r => r.Id == target))
        {
            ThreadSpan? span = null;
            if (!await RunAsync(async () => span = await messages.AroundAsync(ConversationId, target, Gone)))
            {
                return;
            }

            if (span is null)
            {
                Toasts.Show(L["message.gone"], Common.Tone.Info);
                return;
            }

            _messages.Show(span);
            Draw();
            StateHasChanged();
        }

        // Once it is drawn.
        _goTo = target;
        StateHasChanged();
    }

    private async Task JumpAsync(MessageId target)
    {
        if (_browser is null)
        {
            return;
        }

        if (_messages.Rows is [var first, ..] && !_messages.Rows.Any(r => r.Id == target))
        {
            ThreadPage? page = null;
            if (!await RunAsync(async () => page = await messages.BackToAsync(ConversationId, target, first.Key, Gone)))
            {
                return;
            }

            if (page is null)
            {
                await GoToAsync(target);
                return;
            }

            _messages.Prepend(page);
            Draw();
            StateHasChanged();
        }

        await _browser.JumpAsync(target);
    }

    private async Task ToEndAsync()
    {
        if (_messages.Newer)
        {
            ThreadPage? page = null;
            if (!await RunAsync(async () => page = await messages.PageAsync(ConversationId, ct: Gone)))
            {
                return;
            }

            _messages.Show(page!, unread: 0);
            _below = 0;
            Draw();
            StateHasChanged();
        }

        await (_browser?.ToEndAsync() ?? Task.CompletedTask);
    }

    // Blue ticks go out once somebody has had it before him for a second; who reads an old message has not.
    private void WatchUnread()
    {
        if (
            _visible
            && !_messages.Newer
            && (At is null || _atEnd)
            && _view is { } view
            && (view.Row.Unread > 0 || view.Row.CameBack)
            && member.Allows(Core.Tenancy.Permission.ConversationsReply)
        )
        {
            _seenTimer ??= Time.CreateTimer(_ => _ = BehindAsync(SeenAsync), null, _untilSeen, Timeout.InfiniteTimeSpan);
            return;
        }

        _seenTimer?.Dispose();
        _seenTimer = null;
    }

    private async Task SeenAsync()
    {
        if (_seenTimer is null)
        {
            return;
        }

        _seenTimer.Dispose();
        _seenTimer = null;
        if (_visible)
        {
            await RunAsync(() => actions.MarkReadAsync(ConversationId, Gone), away: () => { });
        }
    }

    private void ShowTyping()
    {
        _typing = true;
        _typingTimer?.Dispose();
        _typingTimer = Time.CreateTimer(
            _ =>
                _ = BehindAsync(() =>
                {
                    HideTyping();
                    StateHasChanged();
                    return Task.CompletedTask;
                }),
            null,
            _typingFades,
            Timeout.InfiniteTimeSpan
        );
    }

    // A colleague's answer is news for as long as sending into it asks.
    private void ShowAnswered(IReadOnlyList<MessageRow> rows)
    {
        var now = Time.GetUtcNow();
        var last = rows.Where(r =>
                r is { IsOurs: true, AuthorName: not null, Kind: not MessageKind.Line }
                && r.AuthorId != member.UserId
                && now - r.SentAt < ReplyLease.AnsweredFor
            )
            .MaxBy(r => r.SentAt);
        if (last is null)
        {
            return;
        }

        _answeredBy = last.AuthorName;
        _answeredTimer?.Dispose();
        _answeredTimer = Time.CreateTimer(
            _ =>
                _ = BehindAsync(() =>
                {
                    _answeredBy = null;
                    StateHasChanged();
                    return Task.CompletedTask;
                }),
            null,
            last.SentAt + ReplyLease.AnsweredFor - now,
            Timeout.InfiniteTimeSpan
        );
    }

    private void HideTyping()
    {
        _typing = false;
        _typingTimer?.Dispose();
        _typingTimer = null;
    }
}
