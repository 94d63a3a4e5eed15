using WhatsAI.Core.Tenancy;

namespace WhatsAI.Web.Tenancy;

/// <summary>Marks the texts of companies, roles and their settings.</summary>
public sealed class TenancyText
{
    public static string RoleKey(Role role) =>
        role switch
        {
            Role.Owner => "role.owner",
            Role.Admin => "role.admin",
            Role.Manager => "role.manager",
            _ => "role.agent",
        };
}
