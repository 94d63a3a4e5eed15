using Microsoft.JSInterop;

namespace WhatsAI.Web.Inbox.Notifying;

/// <summary>This window's part in telling (wwwroot/js/notifying.js).</summary>
internal sealed class NewsBrowser(Action soundHeld) : IAsyncDisposable
{
    private DotNetObjectReference<NewsBrowser>? _self;
    private IJSObjectReference? _attached;

    /// <param name="js">The circuit's.</param>
    /// <param name="whose">What this person's windows of this browser have in common.</param>
    /// <param name="gone">Ends it.</param>
    public async Task AttachAsync(IJSRuntime js, string whose, CancellationToken gone)
    {
        _self = DotNetObjectReference.Create(this);
        _attached = await js.AttachAsync("./js/notifying.js", gone, _self, whose);
    }

    public Task TellAsync(IReadOnlyList<NewsNote> notes) => CallAsync("tell", notes);

    /// <summary>The browser lets no page sound before it was clicked in.</summary>
    [JSInvokable]
    public void SoundHeld() => soundHeld();

    public async ValueTask DisposeAsync()
    {
        await CallAsync("detach");
        _self?.Dispose();
    }

    private async Task CallAsync(string what, params object?[] values)
    {
        try
        {
            await (_attached?.InvokeVoidAsync(what, values) ?? ValueTask.CompletedTask);
        }
        catch (Exception e) when (e is JSException or JSDisconnectedException or OperationCanceledException)
        {
            // The circuit is gone, or the browser refused: what happened stands in the list and at the bell.
        }
    }
}
