using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Tenancy;
using WhatsAI.Web.Layout;

namespace WhatsAI.Tests.Layout;

public sealed class SessionWatchTests : IAsyncLifetime
{
    private readonly CurrentMember _nobody = new(new CurrentTenant());
    private readonly NoDatabase _away = new();
    private readonly EventHub _hub = new();
    private TestServices _services = null!;
    private ClaimsPrincipal _ana = null!;
    private CreatedTenant _tenant = null!;
    private string _key = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _services = await TestServices.StartAsync();
        var tenant = await _services.NewTenantAsync();
        await using var scope = _services.Provider.CreateAsyncScope();
        var user = await scope.ServiceProvider.GetRequiredService<UserManager<ConsoleUser>>().FindByIdAsync(tenant.OwnerId.ToString());
        _ana = await scope.ServiceProvider.GetRequiredService<SignInManager<ConsoleUser>>().CreateUserPrincipalAsync(user!);
        _tenant = tenant;
        _key = await Sessions.BeginAsync(tenant.OwnerId, userAgent: null, address: null, Ct);
        ((ClaimsIdentity)_ana.Identity!).AddClaim(new Claim(AccountClaims.Session, _key));
    }

    [Fact]
    public async Task Database_that_is_away_ends_a_session_only_after_many_rounds()
    {
        var watch = NewWatch();

        for (var round = 0; round < SessionWatch.RoundsWithoutAnswer; round++)
        {
            (await watch.MayStayAsync(_ana, Ct)).ShouldBeTrue($"round {round}");
        }

        (await watch.MayStayAsync(_ana, Ct)).ShouldBeFalse();
    }

    [Fact]
    public async Task Answer_in_between_starts_the_count_anew()
    {
        _away.Else = _services.Provider.GetRequiredService<IServiceScopeFactory>();
        var watch = NewWatch();

        for (var round = 0; round < SessionWatch.RoundsWithoutAnswer * 2; round++)
        {
            _away.IsAway = round % 5 != 0;
            (await watch.MayStayAsync(_ana, Ct)).ShouldBeTrue($"round {round}");
        }
    }

    [Fact]
    public async Task Another_stamp_ends_the_session_at_once()
    {
        (_away.IsAway, _away.Else) = (false, _services.Provider.GetRequiredService<IServiceScopeFactory>());
        var watch = NewWatch();
        await using var scope = _services.Provider.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<ConsoleUser>>();
        await users.UpdateSecurityStampAsync((await users.GetUserAsync(_ana))!);

        (await watch.MayStayAsync(_ana, Ct)).ShouldBeFalse();
    }

    [Fact]
    public async Task Session_that_was_ended_or_is_anothers_may_not_stay()
    {
        (_away.IsAway, _away.Else) = (false, _services.Provider.GetRequiredService<IServiceScopeFactory>());
        var watch = NewWatch();
        (await watch.MayStayAsync(_ana, Ct)).ShouldBeTrue();

        await Sessions.EndAllAsync(_tenant.OwnerId, exceptKey: _key, Ct);
        (await watch.MayStayAsync(_ana, Ct)).ShouldBeTrue("another was ended");
        await Sessions.SignOutAsync(_tenant.OwnerId, _key, Ct);

        (await watch.MayStayAsync(_ana, Ct)).ShouldBeFalse();
        var strangers = await Sessions.BeginAsync(Id.New<UserId>(DateTimeOffset.UtcNow), null, null, Ct);
        ((ClaimsIdentity)_ana.Identity!).RemoveClaim(_ana.FindFirst(AccountClaims.Session));
        ((ClaimsIdentity)_ana.Identity!).AddClaim(new Claim(AccountClaims.Session, strangers));
        (await watch.MayStayAsync(_ana, Ct)).ShouldBeFalse("a key of somebody else's");
    }

    [Theory]
    [InlineData("UPDATE memberships SET role = 'Agent' WHERE tenant_id = $1 AND user_id = $2")]
    [InlineData("UPDATE memberships SET disabled_at = now() WHERE tenant_id = $1 AND user_id = $2")]
    [InlineData("UPDATE memberships SET role = 'Manager', sees_all_numbers = false WHERE tenant_id = $1 AND user_id = $2")]
    [InlineData("DELETE FROM memberships WHERE tenant_id = $1 AND user_id = $2")]
    public async Task Change_of_the_membership_is_acted_upon_when_it_is_heard_of(string change)
    {
        (_away.IsAway, _away.Else) = (false, _services.Provider.GetRequiredService<IServiceScopeFactory>());
        var member = new CurrentMember(new CurrentTenant());
        member.Enter(_tenant.Id, _tenant.OwnerId, Role.Owner, "Ana");
        using var watch = NewWatch(member);
        watch.SetAuthenticationState(Task.FromResult(new AuthenticationState(_ana)));
        watch.Attend();
        await SightWorld.OwnerAsync(change, _tenant.Id.Value, _tenant.OwnerId.Value);

        _hub.Publish(new MemberChanged(_tenant.Id, _tenant.OwnerId));

        await Wait.UntilAsync(
            async () => (await watch.GetAuthenticationStateAsync()).User.Identity?.IsAuthenticated != true,
            "the circuit's user became nobody",
            10
        );
    }

    private UserSessions Sessions => _services.Provider.GetRequiredService<UserSessions>();

    private SessionWatch NewWatch(CurrentMember? member = null) =>
        new(NullLoggerFactory.Instance, _away, member ?? _nobody, _hub, _services.Provider.GetRequiredService<OpenWindows>());

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <summary>Services whose database is away, or is not.</summary>
    private sealed class NoDatabase : IServiceScopeFactory
    {
        public bool IsAway { get; set; } = true;

        public IServiceScopeFactory? Else { get; set; }

        // As Entity Framework says it.
        public IServiceScope CreateScope() =>
            IsAway ? throw new InvalidOperationException("transient", new Npgsql.NpgsqlException("refused")) : Else!.CreateScope();
    }
}
