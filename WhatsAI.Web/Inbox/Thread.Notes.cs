using Microsoft.AspNetCore.Components;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Inbox.Notices;
using WhatsAI.Infrastructure.Messaging.Conversations;

namespace WhatsAI.Web.Inbox;

/// <summary>Notes for colleagues, and what the member was told of this conversation.</summary>
public sealed partial class Thread
{
    private MessageRow? _deletingNote;

    // Something may be untold to the bell: asked once when the thread is seen, and again when there is news.
    private bool _news = true;

    [Inject]
    private NoticeActions Notices { get; set; } = null!;

    // Only the author sees the buttons; whether it is his the action asks for itself.
    private Task EditNote(MessageRow row)
    {
        if (row is not { Body: NoteBody note, DeletedAt: null } || row.AuthorId != member.UserId)
        {
            return Task.CompletedTask;
        }

        (_replyTo, _editing) = (null, row);
        return _composer?.EditAsync(note.Reading(row.Mentioned), isNote: true) ?? Task.CompletedTask;
    }

    private Task AskDeleteNote(MessageRow row)
    {
        _deletingNote = row;
        return Task.CompletedTask;
    }

    /// <summary>What was told of this conversation is read once it is on the screen.</summary>
    private void ReadNotices()
    {
        if (_news && _visible && _view is not null)
        {
            _news = false;
            _ = BehindAsync(() => Notices.ReadConversationAsync(ConversationId, Gone));
        }
    }
}
