using WhatsAI.Core.Tenancy;

namespace WhatsAI.Web.Tenancy;

/// <summary>A page of the settings: a tab on each of them, and a line of the command palette.</summary>
/// <param name="Key">Of its name in <see cref="TenancyText"/>.</param>
public sealed record SettingsEntry(string Page, string Key, string Icon, Permission Asks)
{
    public static IReadOnlyList<SettingsEntry> All { get; } =
    [
        new("settings", "settings.company", "apartment", Permission.TenantManage),
        new("settings/gateways", "settings.gateways", "dns", Permission.GatewaysManage),
        new("settings/members", "settings.members", "group", Permission.MembersManage),
        new("settings/teams", "settings.teams", "groups", Permission.TeamsManage),
        new("settings/canned", "settings.canned", "bolt", Permission.ConversationsReply),
        new("settings/macros", "settings.macros", "auto_awesome_motion", Permission.ConversationsReply),
        new("settings/labels", "settings.labels", "label", Permission.LabelsManage),
        new("settings/contacts", "settings.contacts", "contacts", Permission.ContactsManage),
        new("settings/campaigns", "settings.campaigns", "campaign", Permission.TenantManage),
        new("settings/ai", "settings.ai", "auto_awesome", Permission.TenantManage),
        new("settings/notifications", "settings.notifications", "notifications", Permission.ConversationsRead),
        new("settings/sla", "settings.sla", "timer", Permission.SlaManage),
        new("settings/csat", "settings.csat", "sentiment_satisfied", Permission.CsatManage),
        new("settings/alerts", "settings.alerts", "notification_important", Permission.TenantManage),
        new("settings/health", "settings.health", "monitor_heart", Permission.TenantManage),
    ];
}
