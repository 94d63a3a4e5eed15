using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Hosting;

namespace WhatsAI.Web.Layout;

/// <summary>
/// Looks every half minute, and when it hears that something changed, whether an open circuit may stay: the user's session is open, his stamp is still
/// the one he signed in with, and he is still a member in the same role who sees the same numbers. When not, the circuit's user becomes nobody, and
/// <see cref="TenantGate"/> loads the page anew. A database that is away ends no session at once: who was let in half a minute ago may stay for
/// <see cref="RoundsWithoutAnswer"/> rounds.
/// </summary>
public sealed class SessionWatch(
    ILoggerFactory loggers,
    IServiceScopeFactory scopes,
    CurrentMember member,
    EventHub hub,
    OpenWindows windows
) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    /// <summary>Rounds (of half a minute) that a session outlives the database's silence.</summary>
    public const int RoundsWithoutAnswer = 20;

    // After an interruption every open circuit asks: not all in the same moment.
    private static readonly TimeSpan _spread = TimeSpan.FromSeconds(2);

    private readonly ILogger _log = loggers.CreateLogger<SessionWatch>();
    private readonly CancellationTokenSource _gone = new();
    private EventFeed? _feed;
    private IDisposable? _window;
    private int _unanswered;

    protected override TimeSpan RevalidationInterval => SignInCookie.CheckEvery;

    /// <summary>From here on, hears of what changes for the member of this circuit, who counts as being here. Called when he has entered.</summary>
    public void Attend()
    {
        if (_feed is null && !_gone.IsCancellationRequested)
        {
            var user = member.UserId;
            _window = windows.Open(member.TenantId, user);
            _feed = hub.Subscribe(member.TenantId, e => e is MemberChanged changed && changed.UserId == user);
            _ = ListenAsync(_feed, _gone.Token);
        }
    }

    protected override Task<bool> ValidateAuthenticationStateAsync(
        AuthenticationState authenticationState,
        CancellationToken cancellationToken
    ) => MayStayAsync(authenticationState.User, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        _gone.Cancel();
        _feed?.Dispose();
        _window?.Dispose();
        base.Dispose(disposing);
    }

    internal async Task<bool> MayStayAsync(ClaimsPrincipal user, CancellationToken cancellation)
    {
        try
        {
            var may = await AskAsync(user, cancellation);
            _unanswered = 0;
            return may;
        }
        // A console that ends has nobody left to ask, and says nothing against anybody.
        catch (Exception e) when (DatabaseAway.Is(e) || e is ObjectDisposedException)
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
        var services = scope.ServiceProvider;
        if (await services.GetRequiredService<SignInManager<ConsoleUser>>().ValidateSecurityStampAsync(user) is null)
        {
            return false;
        }

        if (!member.IsSet)
        {
            return true;
        }

        if (await services.GetRequiredService<TenantQueries>().AccessAsync(member.TenantId, id, cancellation) != member.Access)
        {
            return false;
        }

        await services.GetRequiredService<TenantDoor>().SeenAsync(member.TenantId, id, cancellation);
        return true;
    }

    private async Task ListenAsync(EventFeed feed, CancellationToken gone)
    {
        try
        {
            await foreach (var batch in feed.BatchesAsync(TimeSpan.FromSeconds(1), gone))
            {
                if (batch.Any(e => e is EverythingChanged))
                {
                    await Task.Delay(_spread * Random.Shared.NextDouble(), gone);
                }

                if (!await MayStayAsync((await GetAuthenticationStateAsync()).User, gone))
                {
                    SetAuthenticationState(Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity()))));
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The circuit is gone.
        }
        catch (Exception e)
        {
            // The next round finds out.
            _log.LogError("A circuit's session could not be checked at once ({Failure})", e.GetType().Name);
        }
    }
}
