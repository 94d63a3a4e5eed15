using Microsoft.AspNetCore.Components;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Notes;
using WhatsAI.Web.Inbox.Notes;

namespace WhatsAI.Web.Inbox;

/// <summary>What is written for colleagues. It comes by a call of its own, so that no text is ever both.</summary>
public sealed partial class Composer
{
    [Inject]
    private NoteActions Notes { get; set; } = null!;

    [Inject]
    private NoteQueries Colleagues { get; set; } = null!;

    private string? EditingAs =>
        Editing switch
        {
            null => null,
            { Kind: MessageKind.Note } => "note",
            _ => "",
        };

    /// <summary>Null when it was taken; else why not, in words. A note of another conversation, left before it was taken, comes here too.</summary>
    internal async Task<SendRefusal?> SaveNoteAsync(Guid key, ConversationId conversation, string text, IReadOnlyCollection<UserId> chosen)
    {
        try
        {
            await Notes.WriteAsync(conversation, key, text, chosen, Gone);
            return null;
        }
        catch (RuleException broken)
        {
            return new SendRefusal(TextOf(broken), Ask: null);
        }
    }

    internal async Task<IReadOnlyList<MentionChoice>> PeopleAsync() =>
        [.. (await Colleagues.PeopleAsync(Conversation, Gone)).Select(a => MentionChoice.Of(a, texts))];

    internal async Task SaveEditAsync(string text, IReadOnlyCollection<UserId> chosen)
    {
        if (Editing is not { Kind: MessageKind.Note } note)
        {
            await OnEdited.InvokeAsync(text);
        }
        else if (await RunAsync(() => Notes.EditAsync(note.Id, text, chosen, Gone)) && Editing == note)
        {
            await OnDone.InvokeAsync();
        }
    }
}
