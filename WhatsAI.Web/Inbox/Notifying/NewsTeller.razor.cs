using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;
using WhatsAI.Infrastructure.Inbox.Notifying;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox.Notifying;

/// <summary>Hands on to the browser what the member is notified of, on every page. Which of this browser's windows tells it, and whether he sees it anyhow, is the browser's affair (wwwroot/js/notifying.js).</summary>
public sealed partial class NewsTeller(NewsDesk desk, CurrentMember member, IJSRuntime js, IStringLocalizer<NotifyingText> texts)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);
    private NewsBrowser? _browser;
    private NewsFeed? _feed;

    [Parameter, EditorRequired]
    public ShellContext Shell { get; set; } = null!;

    protected override void OnInitialized() => _feed = desk.Subscribe(member);

    protected override bool ShouldRender() => false;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _browser = new NewsBrowser(() => Toasts.Show(texts["sound-held"], Tone.Info));
            await _browser.AttachAsync(js, $"{Shell.TenantSlug}/{Shell.UserId}", Gone);
            _ = BehindAsync(TellAsync);
        }
    }

    protected override async ValueTask LeaveAsync()
    {
        _feed?.Dispose();
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
    }

    private async Task TellAsync()
    {
        var words = new NewsWords(texts, Shell);
        await foreach (var batch in _feed!.BatchesAsync(_interval, Gone))
        {
            await _browser!.TellAsync(words.Of(batch));
        }
    }
}
