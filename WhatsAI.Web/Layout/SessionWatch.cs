using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Hosting;

namespace WhatsAI.Web.Layout;

/// <summary>
/// Looks every half minute whether an open circuit may stay: the user's stamp is still the one he signed in with, and he is still a member in the same
/// role who sees the same numbers. When not, the circuit's user becomes nobody, and <see cref="TenantGate"/> loads the page anew. A database that is
/// away ends no session at once: who was let in half a minute ago may stay for <see cref="RoundsWithoutAnswer"/> rounds.
/// </summary>
public sealed class SessionWatch(ILoggerFactory loggers, IServiceScopeFactory scopes, CurrentMember member)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    /// <summary>Rounds (of half a minute) that a session outlives the database's silence.</summary>
    public const int RoundsWithoutAnswer = 20;

    private int _unanswered;

    protected override TimeSpan RevalidationInterval => SignInCookie.CheckEvery;

    protected override Task<bool> ValidateAuthenticationStateAsync(
        AuthenticationState authenticationState,
        CancellationToken cancellationToken
    ) => MayStayAsync(authenticationState.User, cancellationToken);

    internal async Task<bool> MayStayAsync(ClaimsPrincipal user, CancellationToken cancellation)
    {
        try
        {
            var may = await AskAsync(user, cancellation);
            _unanswered = 0;
            return may;
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            return ++_unanswered <= RoundsWithoutAnswer;
        }
    }

    private async Task<bool> AskAsync(ClaimsPrincipal user, CancellationToken cancellation)
    {
        if (user.ConsoleUserId() is not { } id)
        {
            return false;
        }

        await using var scope = scopes.CreateAsyncScope();
        var signIns = scope.ServiceProvider.GetRequiredService<SignInManager<ConsoleUser>>();
        if (await signIns.ValidateSecurityStampAsync(user) is null)
        {
            return false;
        }

        return !member.IsSet
            || await scope.ServiceProvider.GetRequiredService<TenantQueries>().AccessAsync(member.TenantId, id, cancellation)
                == member.Access;
    }
}
