using Microsoft.AspNetCore.Identity;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Tenancy;

/// <summary>A person who signs in. Stands outside the tenants' wall: memberships lead from here into companies.</summary>
public sealed class ConsoleUser : IdentityUser<Guid>
{
    public string DisplayName { get; set; } = "";

    /// <summary>Language of the profile; null follows the browser.</summary>
    public string? Language { get; set; }

    /// <summary>The company entered last, opened at the next sign-in.</summary>
    public TenantId? LastTenantId { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
