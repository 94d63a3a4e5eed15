using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace WhatsAI.Web.Inbox;

/// <summary>A component's part in the browser: what its script may call here, and how the script is called.</summary>
/// <typeparam name="T">The part itself, whose invokable methods the script sees.</typeparam>
internal abstract class BrowserPart<T> : IAsyncDisposable
    where T : BrowserPart<T>
{
    private DotNetObjectReference<T>? _self;
    private IJSObjectReference? _attached;

    public bool IsAttached => _attached is not null;

    public async ValueTask DisposeAsync()
    {
        await CallAsync("detach");
        if (_attached is not null)
        {
            try
            {
                await _attached.DisposeAsync();
            }
            catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
            {
                // The circuit is gone, and the page with it.
            }
        }

        _self?.Dispose();
    }

    protected async Task AttachAsync(IJSRuntime js, string path, ElementReference root, CancellationToken gone, params object?[] options)
    {
        _self = DotNetObjectReference.Create((T)this);
        _attached = await js.AttachAsync(path, gone, [root, _self, .. options]);
    }

    protected async Task CallAsync(string what, params object?[] values)
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
