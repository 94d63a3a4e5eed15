using Microsoft.AspNetCore.Components;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Layout;

/// <summary>Keeps what the rail counts true, on every page of the tenant. It hands it to the rail alone: the page is not drawn anew for a number beside it.</summary>
public sealed partial class LiveBadges(AttentionQueries queries, CascadingValueSource<ShellBadges> badges)
{
    private ShellBadges? _badges;

    // Seldom is often enough.
    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    protected override bool Shows(ConsoleEvent e) => e is ConversationChanged or InstanceChanged;

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
        };
    }

    protected override bool ShouldRender() => false;
}
