using Microsoft.AspNetCore.Identity;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Web.Account;

/// <summary>Set-up: open to anybody who gets there while there is no user at all, and closed for good by the first one.</summary>
public sealed class FirstStart(TenantCreation creation, UserManager<ConsoleUser> users, SignInManager<ConsoleUser> signIns)
{
    public async Task<bool> IsOpenAsync(CancellationToken ct) => !await creation.HasUsersAsync(ct);

    /// <summary>Makes company and owner, and signs the owner in. Null when somebody was faster.</summary>
    /// <exception cref="IdentityException">The password or the address is not acceptable.</exception>
    public async Task<string?> CreateAsync(NewTenant tenant, CancellationToken ct)
    {
        var created = await creation.CreateFirstAsync(tenant, ct);
        if (created is null)
        {
            return null;
        }

        var owner = await users.FindByIdAsync(created.OwnerId.ToString());
        await signIns.SignInAsync(owner!, isPersistent: true);
        return created.Slug;
    }
}
