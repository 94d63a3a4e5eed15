using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Web.Inbox.Canned;
using WhatsAI.Web.Inbox.Notes;

namespace WhatsAI.Web.Inbox;

/// <param name="Store">Where drafts and unsent messages are kept in the browser: of this person, in this company.</param>
/// <param name="Conversation">Whose draft.</param>
/// <param name="Longest">Characters of a text.</param>
/// <param name="Zone">The company's, in which times are shown.</param>
internal sealed record ComposerOptions(
    string Store,
    string Conversation,
    int Longest,
    string Zone,
    IReadOnlyDictionary<string, string> Texts
);

/// <summary>The composer's part in the browser (wwwroot/js/inbox/composer.js).</summary>
internal sealed class ComposerBrowser(Composer composer) : BrowserPart<ComposerBrowser>
{
    public Task AttachAsync(IJSRuntime js, ElementReference root, ComposerOptions options, CancellationToken gone) =>
        AttachAsync(js, "./js/inbox/composer.js", root, gone, options);

    [JSInvokable]
    public async Task<SendRefusal?> SendText(Guid key, string conversation, string text, string? replyTo, bool despite, double waited) =>
        Id.TryParse<ConversationId>(conversation, out var id)
            ? await composer.SendTextAsync(key, id, text, Reply(replyTo), despite, waited)
            : new SendRefusal("", null);

    [JSInvokable]
    public Task<SendRefusal?> SendFiles(Guid key, string caption, string? replyTo, bool despite) =>
        composer.SendFilesAsync(key, caption, Reply(replyTo), despite);

    [JSInvokable]
    public Task<bool> Took(Guid key) => composer.TookAsync(key);

    [JSInvokable]
    public Task SaveEdit(string text, string[] people) => composer.SaveEditAsync(text, Users(people));

    [JSInvokable]
    public async Task<SendRefusal?> SaveNote(Guid key, string conversation, string text, string[] people) =>
        Id.TryParse<ConversationId>(conversation, out var id)
            ? await composer.SaveNoteAsync(key, id, text, Users(people))
            : new SendRefusal("", null);

    [JSInvokable]
    public Task<IReadOnlyList<MentionChoice>> People() => composer.PeopleAsync();

    [JSInvokable]
    public Task Draft(string draft) => composer.DraftAsync(draft);

    [JSInvokable]
    public Task Cancel() => composer.CancelAsync();

    [JSInvokable]
    public Task Typing() => composer.TypeAsync();

    [JSInvokable]
    public void Schedule(string text) => composer.Schedule(text);

    [JSInvokable]
    public void CannedOpen(string query) => composer.OpenCanned(query);

    [JSInvokable]
    public void CannedClose() => composer.CloseCanned();

    [JSInvokable]
    public Task<CannedInsert?> CannedChoose(string query, string? id) => composer.ChooseCannedAsync(query, id);

    [JSInvokable]
    public Task VoiceSent(string? replyTo) => composer.VoiceSentAsync(Reply(replyTo));

    /// <summary>These words wait for their time now: they leave the field.</summary>
    public Task ScheduledAsync(string text) => CallAsync("scheduled", text);

    public Task FocusAsync() => CallAsync("focus");

    public Task ReplyAsync() => CallAsync("reply");

    public Task EditAsync(string text, bool isNote) => CallAsync("edit", text, isNote);

    private static UserId[] Users(string[] texts) =>
        [.. texts.Take(100).Select(t => Id.TryParse<UserId>(t, out var id) ? id : default).Where(id => id != default)];

    private static MessageId? Reply(string? text) => Id.TryParse<MessageId>(text, out var id) ? id : null;
}
