using WhatsAI.Core.Messaging;
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

    private Task SetStatusAsync(ConversationStatus status) => RunAsync(() => actions.SetStatusAsync(ConversationId, status, Gone));

    private Task ReactAsync((MessageRow Row, string? Emoji) reaction) =>
        RunAsync(() => changes.ReactAsync(reaction.Row.Id, reaction.Emoji, Gone));

    /// <summary>Fetches a file again that could not be fetched, or sends again what surely was not sent.</summary>
    private Task RetryAsync(MessageRow row) =>
        RunAsync(() =>
            row.Media is { State: MediaState.Failed, Id: null } ? media.RetryAsync(row.Id, Gone) : replies.RetryAsync(row.Id, Gone)
        );

    private void AskResend(MessageRow row) => _resending = row;

    private async Task ResendAsync()
    {
        if (_resending is { } row)
        {
            _resending = null;
            await RunAsync(() => replies.ResendAsync(row.Id, Gone));
        }
    }

    private void AskDelete(MessageRow row) => _deleting = row;

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
        return _composer?.FocusAsync() ?? Task.CompletedTask;
    }

    private Task Edit(MessageRow row)
    {
        (_replyTo, _editing) = (null, row);
        return _composer?.EditAsync(row.Text) ?? Task.CompletedTask;
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
