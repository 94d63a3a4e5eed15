using Microsoft.JSInterop;

namespace WhatsAI.Web.Inbox;

/// <summary>A component's part in the browser: a module whose <c>attach</c> gives what can be called, <c>detach</c> among it.</summary>
internal static class BrowserScript
{
    /// <summary>Null when the page was left meanwhile.</summary>
    public static async Task<IJSObjectReference?> AttachAsync(
        this IJSRuntime js,
        string path,
        CancellationToken gone,
        params object?[] values
    )
    {
        try
        {
            await using var module = await js.InvokeAsync<IJSObjectReference>("import", gone, path);
            gone.ThrowIfCancellationRequested();
            // Not given up half way: listeners that nobody knows of would stay, and take the keys of the page that comes after.
            var attached = await module.InvokeAsync<IJSObjectReference>("attach", values);
            if (!gone.IsCancellationRequested)
            {
                return attached;
            }

            await attached.InvokeVoidAsync("detach");
            await attached.DisposeAsync();
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The page was left, or the circuit is gone with it.
        }

        return null;
    }
}
