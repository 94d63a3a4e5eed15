using Microsoft.AspNetCore.Components;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Layout;

/// <summary>Keeps what the rail counts true, on every page of the tenant.</summary>
public sealed partial class LiveBadges(AttentionQueries queries)
{
    private ShellBadges? _badges;

    [Parameter, EditorRequired]
    public RenderFragment ChildContent { get; set; } = null!;

    // Drawn around every page: seldom is often enough.
    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    protected override bool Shows(ConsoleEvent e) => e is ConversationChanged or InstanceChanged;

    protected override async Task<Action> LoadAsync(CancellationToken ct)
    {
        var attention = await queries.ReadAsync(ct);
        return () => _badges = new ShellBadges(attention.Unread, attention.Alerts);
    }
}
