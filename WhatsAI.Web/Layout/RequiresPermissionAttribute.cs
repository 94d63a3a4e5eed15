using WhatsAI.Core.Tenancy;

namespace WhatsAI.Web.Layout;

/// <summary>What a console page asks of the member who opens it; checked by <see cref="TenantGate"/> before the page exists. Its actions ask again.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RequiresPermissionAttribute(Permission permission) : Attribute
{
    public Permission Permission { get; } = permission;
}
