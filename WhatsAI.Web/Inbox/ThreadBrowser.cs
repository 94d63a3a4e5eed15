using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Web.Inbox;

/// <summary>The thread's part in the browser: scrolling, visibility, what is done with a message, pictures, sound (wwwroot/js/inbox/thread.js).</summary>
internal sealed class ThreadBrowser(Thread thread) : IAsyncDisposable
{
    private DotNetObjectReference<ThreadBrowser>? _self;
    private IJSObjectReference? _attached;

    public async Task AttachAsync(IJSRuntime js, ElementReference root, CancellationToken gone)
    {
        _self = DotNetObjectReference.Create(this);
        _attached = await js.AttachAsync("./js/inbox/thread.js", gone, root, _self);
    }

    [JSInvokable]
    public Task Visible(bool visible) => thread.SeeAsync(visible);

    [JSInvokable]
    public Task AtEnd(bool atEnd) => thread.EndAsync(atEnd);

    [JSInvokable]
    public Task Older() => thread.LoadOlderAsync();

    [JSInvokable]
    public Task Do(string what, string message, string? emoji) =>
        Id.TryParse<MessageId>(message, out var id) ? thread.DoAsync(what, id, emoji) : Task.CompletedTask;

    public Task JumpAsync(MessageId message) => CallAsync("jump", message.Value);

    public Task ToEndAsync() => CallAsync("toEnd");

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
