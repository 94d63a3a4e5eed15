using WhatsAI.Core.Tenancy;

namespace WhatsAI.Web.Common;

/// <summary>
/// Whose console this is and who sits before it; cascaded to every console page. <paramref name="Role"/> is the role's name in the person's language,
/// <paramref name="TimeZone"/> the tenant's, in which every time is shown. <paramref name="Permissions"/> decide which doors are drawn; the rooms ask for
/// themselves.
/// </summary>
public sealed record ShellContext(
    string TenantName,
    string TenantSlug,
    string UserName,
    string UserInitials,
    string Role,
    IReadOnlyList<ShellTenant> Tenants,
    TimeZoneInfo TimeZone,
    UserId UserId,
    IReadOnlyList<Permission> Permissions
)
{
    /// <summary>What the browser keeps of this person begins with it; forgotten there when he signs out.</summary>
    public static string BrowserKeys(UserId user) => $"inbox/{user}/";

    public bool Allows(Permission permission) => Permissions.Contains(permission);

    /// <summary>The address of a page of this tenant: Path("inbox") is "/t/aurora/inbox".</summary>
    public string Path(string page) => $"/t/{TenantSlug}/{page}";
}

/// <summary>A tenant this person may switch to.</summary>
public sealed record ShellTenant(string Name, string Slug);

/// <summary>What there is to do: conversations with something unread, and numbers that need somebody. Cascaded beside <see cref="ShellContext"/>.</summary>
public sealed record ShellBadges(int Unread, int Alerts);
