using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Web.Inbox;

/// <summary>What an agent does in the thread.</summary>
public sealed partial class Thread
{
    private Composer? _composer;
    private MessageRow? _replyTo;
    private MessageRow? _editing;
    private MessageRow? _deleting;
    private MessageRow? _resending;

    private bool _assigning;
    private bool _snoozing;
    private bool _continuing;

    private bool MayContinue => _view?.Row.Kind == ConversationKind.Person && member.Allows(Core.Tenancy.Permission.ConversationsReply);

    private void Assigned((string Said, Assigned Before) done) =>
        OfferUndo(done.Said, () => assignments.RestoreAsync(ConversationId, done.Before, Gone));

    private void Snoozed((string Said, Snoozed Before) done) =>
        OfferUndo(done.Said, () => actions.UnsnoozeAsync(ConversationId, done.Before, Gone));

    /// <summary>
    /// What was chosen beside a message. The browser says both, so neither is trusted: only a message that is loaded here is looked for, and each action asks
    /// for itself whether the member may and the message allows it.
    /// </summary>
    internal async Task DoAsync(string what, MessageId id, string? emoji)
    {
        if (_messages.Rows.FirstOrDefault(r => r.Id == id) is not { } row)
        {
            return;
        }

        try
        {
            var done = what switch
            {
                "edit" when row.Kind == MessageKind.Note => EditNote(row),
                "delete" when row.Kind == MessageKind.Note => AskDeleteNote(row),
                _ when row.Kind.IsInternal() => Task.CompletedTask,
                "reply" => Reply(row),
                "react" when emoji is not null && MessageTools.Quick.Contains(emoji) => ReactAsync(row, emoji),
                "edit" => Edit(row),
                "delete" => AskDelete(row),
                "retry" => RetryAsync(row),
                "resend" => AskResend(row),
                "jump" when row.Quote?.Id is { } quoted => JumpAsync(quoted),
                _ => Task.CompletedTask,
            };
            StateHasChanged();
            await done;
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }

    /// <summary>The emoji we reacted with already takes our reaction back.</summary>
    private Task ReactAsync(MessageRow row, string emoji) =>
        RunAsync(() => changes.ReactAsync(row.Id, row.Reactions.Any(r => r.Mine && r.Emoji == emoji) ? null : emoji, Gone));

    /// <summary>Fetches a file again that could not be fetched, or sends again what surely was not sent.</summary>
    private Task RetryAsync(MessageRow row) =>
        RunAsync(() =>
            row.Media is { State: MediaState.Failed, Id: null } ? media.RetryAsync(row.Id, Gone) : repeats.RetryAsync(row.Id, Gone)
        );

    private Task AskResend(MessageRow row)
    {
        _resending = row;
        return Task.CompletedTask;
    }

    private async Task ResendAsync()
    {
        if (_resending is { } row)
        {
            _resending = null;
            await RunAsync(() => repeats.ResendAsync(row.Id, Gone));
        }
    }

    private Task AskDelete(MessageRow row)
    {
        _deleting = row;
        return Task.CompletedTask;
    }

    private async Task DeleteAsync()
    {
        if (_deleting is { } row)
        {
            _deleting = null;
            await RunAsync(() => changes.DeleteAsync(row.Id, Gone));
        }
    }

    private Task Reply(MessageRow row)
    {
        (_replyTo, _editing) = (row, null);
        return _composer?.ReplyAsync() ?? Task.CompletedTask;
    }

    private Task Edit(MessageRow row)
    {
        (_replyTo, _editing) = (null, row);
        return _composer?.EditAsync(row.Text, isNote: false) ?? Task.CompletedTask;
    }

    /// <summary>Sent, or the reply or edit was given up.</summary>
    private void Done() => (_replyTo, _editing) = (null, null);

    private async Task EditedAsync(string text)
    {
        if (_editing is { } row && await RunAsync(() => changes.EditAsync(row.Id, text, Gone)))
        {
            Done();
        }
    }
}
