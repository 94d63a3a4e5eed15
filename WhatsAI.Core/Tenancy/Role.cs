namespace WhatsAI.Core.Tenancy;

/// <summary>A named set of permissions. The order is one of trust: each role holds what those after it hold.</summary>
public enum Role
{
    Owner,
    Admin,
    Manager,
    Agent,
}

/// <summary>What each role may do. Which numbers a member sees is a question of its own: <see cref="SeesEveryNumber"/>.</summary>
public static class RolePermissions
{
    private static readonly Permission[] _agent =
    [
        Permission.ConversationsRead,
        Permission.ConversationsReply,
        Permission.ConversationsResolve,
        Permission.ConversationsAssign,
        Permission.ConversationsLabel,
        Permission.ContactsBlock,
        Permission.NumbersRead,
    ];

    private static readonly Permission[] _manager =
    [
        .. _agent,
        Permission.ConversationsResendUnconfirmed,
        Permission.NumbersManage,
        Permission.NumbersDiagnose,
        Permission.CannedManage,
        Permission.LabelsManage,
        Permission.ReportsRead,
        Permission.SlaManage,
        Permission.CsatManage,
        Permission.ViewsManage,
        Permission.ContactsRead,
        Permission.ContactsManage,
        Permission.ContactsTransfer,
        Permission.CampaignsRead,
        Permission.CampaignsWrite,
    ];

    private static readonly Permission[] _admin =
    [
        .. _manager,
        Permission.GatewaysManage,
        Permission.TenantManage,
        Permission.TeamsManage,
        Permission.MembersManage,
        Permission.ContactsErase,
        Permission.CampaignsSend,
    ];

    public static IReadOnlyList<Permission> Of(Role role) =>
        role switch
        {
            Role.Owner or Role.Admin => _admin,
            Role.Manager => _manager,
            Role.Agent => _agent,
            _ => [],
        };

    /// <summary>Whether the role sees every number whatever was chosen for the member: who gives out numbers must know them all.</summary>
    public static bool SeesEveryNumber(this Role role) => role is Role.Owner or Role.Admin;

    public static bool Allows(this Role role, Permission permission) => Of(role).Contains(permission);
}
