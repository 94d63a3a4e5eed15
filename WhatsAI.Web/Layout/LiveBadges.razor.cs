using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Layout;

/// <summary>Keeps what the rail counts true, on every page of the tenant. It hands it to the rail alone: the page is not drawn anew for a number beside it.</summary>
public sealed partial class LiveBadges(AttentionQueries queries, CascadingValueSource<ShellBadges> badges, IJSRuntime js)
{
    private ShellBadges? _badges;
    private int _waiting;

    // Seldom is often enough.
    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    protected override bool Shows(ConsoleEvent e) => e is ConversationChanged or InstanceChanged or TeamsChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var attention = await queries.ReadAsync(ct);
        return () =>
        {
            var now = new ShellBadges(attention.Unread, attention.Alerts);
            if (now != _badges)
            {
                _badges = now;
                _ = badges.NotifyChangedAsync(now);
            }

            if (attention.Waiting != _waiting)
            {
                _waiting = attention.Waiting;
                _ = SayAsync(_waiting);
            }
        };
    }

    /// <summary>In the window's title, on its icon and on the installed app's.</summary>
    private async Task SayAsync(int waiting)
    {
        try
        {
            await js.InvokeVoidAsync("consoleBadge.show", Gone, waiting);
        }
        catch (Exception e) when (e is JSException or JSDisconnectedException or OperationCanceledException)
        {
            // The page was left, or is one that was loaded before there were badges.
        }
    }

    protected override bool ShouldRender() => false;
}
