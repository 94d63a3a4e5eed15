using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace WhatsAI.Web.Inbox;

/// <summary>The list's part in the browser: pointer and focus, keys, further pages, drafts (wwwroot/js/inbox/list.js).</summary>
internal sealed class InboxBrowser(InboxPage page) : BrowserPart<InboxBrowser>
{
    public Task AttachAsync(IJSRuntime js, ElementReference root, CancellationToken gone) =>
        AttachAsync(js, "./js/inbox/list.js", root, gone, page.DraftPrefix);

    [JSInvokable]
    public Task Hold(bool held) => page.HoldAsync(held);

    [JSInvokable]
    public bool Step(int step) => page.Step(Math.Sign(step));

    [JSInvokable]
    public Task Back() => page.BackAsync();

    [JSInvokable]
    public void Pick(string id, bool range, string? from) => page.Pick(id, range, from);

    [JSInvokable]
    public void LeaveSearch() => page.LeaveSearch();

    [JSInvokable]
    public Task More() => page.MoreAsync();

    [JSInvokable]
    public Task Drafts(Dictionary<string, string> drafts) => page.DraftsAsync(drafts);
}
