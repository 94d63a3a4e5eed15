using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Web.Inbox;

/// <summary>The thread's part in the browser: scrolling, visibility, what is done with a message, pictures, sound (wwwroot/js/inbox/thread.js).</summary>
internal sealed class ThreadBrowser(Thread thread) : BrowserPart<ThreadBrowser>
{
    public Task AttachAsync(IJSRuntime js, ElementReference root, CancellationToken gone) =>
        AttachAsync(js, "./js/inbox/thread.js", root, gone);

    [JSInvokable]
    public Task Visible(bool visible) => thread.SeeAsync(visible);

    [JSInvokable]
    public Task AtEnd(bool atEnd) => thread.EndAsync(atEnd);

    [JSInvokable]
    public Task Older() => thread.LoadOlderAsync();

    [JSInvokable]
    public Task Newer() => thread.LoadNewerAsync();

    [JSInvokable]
    public Task Do(string what, string message, string? emoji) =>
        Id.TryParse<MessageId>(message, out var id) ? thread.DoAsync(what, id, emoji) : Task.CompletedTask;

    public Task JumpAsync(MessageId message) => CallAsync("jump", message.Value);

    public Task ToEndAsync() => CallAsync("toEnd");
}
