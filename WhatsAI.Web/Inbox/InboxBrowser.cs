using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace WhatsAI.Web.Inbox;

/// <summary>The list's part in the browser: pointer and focus, keys, further pages, drafts (wwwroot/js/inbox/list.js).</summary>
internal sealed class InboxBrowser(InboxPage page) : IAsyncDisposable
{
    private DotNetObjectReference<InboxBrowser>? _self;
    private IJSObjectReference? _attached;

    public async Task AttachAsync(IJSRuntime js, ElementReference root, CancellationToken gone)
    {
        _self = DotNetObjectReference.Create(this);
        _attached = await js.AttachAsync("./js/inbox/list.js", gone, root, _self, page.DraftPrefix);
    }

    [JSInvokable]
    public Task Hold(bool held) => page.HoldAsync(held);

    [JSInvokable]
    public bool Step(int step) => page.Step(Math.Sign(step));

    [JSInvokable]
    public Task Back() => page.BackAsync();

    [JSInvokable]
    public Task More() => page.MoreAsync();

    [JSInvokable]
    public Task Drafts(Dictionary<string, string> drafts) => page.DraftsAsync(drafts);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_attached is not null)
            {
                await _attached.InvokeVoidAsync("detach");
                await _attached.DisposeAsync();
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The circuit is gone, and the page with it.
        }

        _self?.Dispose();
    }
}
