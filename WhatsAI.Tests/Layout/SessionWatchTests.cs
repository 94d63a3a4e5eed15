using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Layout;

namespace WhatsAI.Tests.Layout;

public sealed class SessionWatchTests : IAsyncLifetime
{
    private readonly CurrentMember _nobody = new(new CurrentTenant());
    private readonly NoDatabase _away = new();
    private TestServices _services = null!;
    private ClaimsPrincipal _ana = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _services = await TestServices.StartAsync();
        var tenant = await _services.NewTenantAsync();
        await using var scope = _services.Provider.CreateAsyncScope();
        var user = await scope.ServiceProvider.GetRequiredService<UserManager<ConsoleUser>>().FindByIdAsync(tenant.OwnerId.ToString());
        _ana = await scope.ServiceProvider.GetRequiredService<SignInManager<ConsoleUser>>().CreateUserPrincipalAsync(user!);
    }

    [Fact]
    public async Task Database_that_is_away_ends_a_session_only_after_many_rounds()
    {
        var watch = new SessionWatch(NullLoggerFactory.Instance, _away, _nobody);

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
        var watch = new SessionWatch(NullLoggerFactory.Instance, _away, _nobody);

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
        var watch = new SessionWatch(NullLoggerFactory.Instance, _away, _nobody);
        await using var scope = _services.Provider.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<ConsoleUser>>();
        await users.UpdateSecurityStampAsync((await users.GetUserAsync(_ana))!);

        (await watch.MayStayAsync(_ana, Ct)).ShouldBeFalse();
    }

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
