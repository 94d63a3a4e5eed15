using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Account;

/// <summary>
/// Identity's sign-in with a session behind each cookie: begun with the sign-in, ended with the sign-out, and asked for wherever Identity asks for the
/// security stamp, so that cookie and circuit have one question.
/// </summary>
public sealed class SessionSignIns(
    UserManager<ConsoleUser> users,
    IHttpContextAccessor http,
    IUserClaimsPrincipalFactory<ConsoleUser> claims,
    IOptions<IdentityOptions> options,
    ILogger<SignInManager<ConsoleUser>> log,
    IAuthenticationSchemeProvider schemes,
    IUserConfirmation<ConsoleUser> confirmation,
    UserSessions sessions
) : SignInManager<ConsoleUser>(users, http, claims, options, log, schemes, confirmation)
{
    private string? _kept;

    public override async Task SignInWithClaimsAsync(
        ConsoleUser user,
        AuthenticationProperties? authenticationProperties,
        IEnumerable<Claim> additionalClaims
    )
    {
        var key =
            _kept
            ?? await sessions.BeginAsync(
                UserId.From(user.Id),
                Context.Request.Headers.UserAgent,
                Context.Connection.RemoteIpAddress,
                Context.RequestAborted
            );
        await base.SignInWithClaimsAsync(user, authenticationProperties, [.. additionalClaims, new Claim(AccountClaims.Session, key)]);
    }

    /// <summary>The same session with a new cookie.</summary>
    public override async Task RefreshSignInAsync(ConsoleUser user)
    {
        _kept = Context.User.SessionKey();
        try
        {
            await base.RefreshSignInAsync(user);
        }
        finally
        {
            _kept = null;
        }
    }

    public override async Task SignOutAsync()
    {
        if (Context.User.ConsoleUserId() is { } user && Context.User.SessionKey() is { } key)
        {
            await sessions.SignOutAsync(user, key, CancellationToken.None);
        }

        await base.SignOutAsync();
    }

    public override async Task<ConsoleUser?> ValidateSecurityStampAsync(ClaimsPrincipal? principal)
    {
        var user = await base.ValidateSecurityStampAsync(principal);
        return user is not null && await sessions.IsOpenAsync(UserId.From(user.Id), principal?.SessionKey(), address: null) ? user : null;
    }
}
