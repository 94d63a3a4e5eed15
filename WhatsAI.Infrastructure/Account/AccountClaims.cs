using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Account;

/// <summary>What the sign-in cookie says of a user. Never a tenant or a role: these are read at each door.</summary>
public sealed class AccountClaims(UserManager<ConsoleUser> users, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<ConsoleUser>(users, options)
{
    /// <summary>Language of the profile, as a culture name.</summary>
    public const string Culture = "console:culture";

    public const string DisplayName = "console:name";

    /// <summary>The key of the session that the cookie stands for; added at the sign-in, not here.</summary>
    public const string Session = "console:session";

    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(ConsoleUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(DisplayName, user.DisplayName));
        if (user.Language is { } language)
        {
            identity.AddClaim(new Claim(Culture, language));
        }

        return identity;
    }
}

public static class AccountPrincipal
{
    /// <summary>The signed-in user; null for anybody else.</summary>
    public static UserId? ConsoleUserId(this ClaimsPrincipal principal) =>
        principal.Identity?.IsAuthenticated == true && Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            ? UserId.From(id)
            : null;

    /// <summary>What the cookie's session is known by; null for a cookie of before there were sessions.</summary>
    public static string? SessionKey(this ClaimsPrincipal principal) => principal.FindFirstValue(AccountClaims.Session);
}
