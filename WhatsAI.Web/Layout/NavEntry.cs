using WhatsAI.Core.Tenancy;
using WhatsAI.Web.Common;
using WhatsAI.Web.Tenancy;

namespace WhatsAI.Web.Layout;

/// <summary>One place of the rail and of the bottom bar. Its words are the text "nav.{Key}"; <paramref name="Asks"/> is what its page
/// asks of a member, <paramref name="Waiting"/> what its badge counts; <paramref name="HasShort"/>: on a phone the text "nav.{Key}.short".</summary>
public sealed record NavEntry(
    string Key,
    string Icon,
    string Page,
    Permission Asks,
    Func<ShellBadges, int>? Waiting = null,
    bool Critical = false,
    bool HasShort = false
)
{
    /// <summary>In the order of the rail; a feature adds its line when its page exists.</summary>
    public static IReadOnlyList<NavEntry> All { get; } =
    [
        new("inbox", "forum", "inbox", Permission.ConversationsRead, b => b.Unread),
        new("contacts", "group", "contacts", Permission.ContactsRead),
        new("campaigns", "campaign", "campaigns", Permission.CampaignsRead),
        new("numbers", "smartphone", "numbers", Permission.NumbersRead, b => b.Alerts, Critical: true),
        new("analytics", "monitoring", "analytics", Permission.ReportsRead),
    ];

    /// <summary>Stand apart, at the foot of the rail.</summary>
    public static IReadOnlyList<NavEntry> Foot { get; } =
    [new("settings", "settings", "settings", Permission.TenantManage, HasShort: true)];

    /// <summary>The page it leads this member to; null: to none. Who may not open the company's settings has others: a manager the targets among them.</summary>
    public string? PageFor(ShellContext shell) =>
        shell.Allows(Asks) ? Page
        : Page == SettingsEntry.All[0].Page ? SettingsEntry.All.FirstOrDefault(s => shell.Allows(s.Asks))?.Page
        : null;
}
