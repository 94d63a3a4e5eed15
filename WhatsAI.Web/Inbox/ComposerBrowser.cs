using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;

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
internal sealed class ComposerBrowser(Composer composer) : IAsyncDisposable
{
    private DotNetObjectReference<ComposerBrowser>? _self;
    private IJSObjectReference? _attached;

    public async Task AttachAsync(IJSRuntime js, ElementReference root, ComposerOptions options, CancellationToken gone)
    {
        _self = DotNetObjectReference.Create(this);
        _attached = await js.AttachAsync("./js/inbox/composer.js", gone, root, _self, options);
    }

    [JSInvokable]
    public async Task<string?> SendText(Guid key, string conversation, string text, string? replyTo) =>
        Id.TryParse<ConversationId>(conversation, out var id) ? await composer.SendTextAsync(key, id, text, Reply(replyTo)) : "";

    [JSInvokable]
    public Task<string?> SendFiles(Guid key, string caption, string? replyTo) => composer.SendFilesAsync(key, caption, Reply(replyTo));

    [JSInvokable]
    public Task<bool> Took(Guid key) => composer.TookAsync(key);

    [JSInvokable]
    public Task SaveEdit(string text) => composer.SaveEditAsync(text);

    [JSInvokable]
    public Task Draft(string draft) => composer.DraftAsync(draft);

    [JSInvokable]
    public Task Cancel() => composer.CancelAsync();

    [JSInvokable]
    public Task Typing() => composer.TypeAsync();

    public Task FocusAsync() => CallAsync("focus");

    public Task EditAsync(string text) => CallAsync("edit", text);

    public async ValueTask DisposeAsync()
    {
        await CallAsync("detach");
        if (_attached is not null)
        {
            try
            {
                await _attached.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                // The circuit is gone, and the page with it.
            }
        }

        _self?.Dispose();
    }

    private static MessageId? Reply(string? text) => Id.TryParse<MessageId>(text, out var id) ? id : null;

    private async Task CallAsync(string what, params object?[] values)
    {
        try
        {
            await (_attached?.InvokeVoidAsync(what, values) ?? ValueTask.CompletedTask);
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The circuit is gone, and the page with it.
        }
    }
}
