using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Hosting;

namespace WhatsAI.Web.Layout;

/// <summary>
/// Looks every half minute whether an open circuit may stay: the user's stamp is still the one he signed in with, and he is still a member in the same
/// role. When not, the circuit's user becomes nobody, and <see cref="TenantGate"/> loads the page anew.
/// </summary>
public sealed class SessionWatch(ILoggerFactory loggers, IServiceScopeFactory scopes, CurrentMember member)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => SignInCookie.CheckEvery;

    protected override async Task<bool> ValidateAuthenticationStateAsync(
        AuthenticationState authenticationState,
        CancellationToken cancellationToken
    )
    {
        if (authenticationState.User.ConsoleUserId() is not { } id)
        {
            return false;
        }

        await using var scope = scopes.CreateAsyncScope();
        var signIns = scope.ServiceProvider.GetRequiredService<SignInManager<ConsoleUser>>();
        if (await signIns.ValidateSecurityStampAsync(authenticationState.User) is null)
        {
            return false;
        }

        return !member.IsSet
            || await scope.ServiceProvider.GetRequiredService<TenantQueries>().RoleAsync(member.TenantId, id, cancellationToken)
                == member.Role;
    }
}
