using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Account;

public sealed class SignInsTests : IAsyncLifetime
{
    private TestServices _services = null!;
    private string _email = "";

    public async ValueTask InitializeAsync()
    {
        _services = await TestServices.StartAsync();
        var tenant = await _services.NewTenantAsync();
        await using var scope = _services.Provider.CreateAsyncScope();
        _email = (
            await scope.ServiceProvider.GetRequiredService<UserManager<ConsoleUser>>().FindByIdAsync(tenant.OwnerId.ToString())
        )!.Email!;
    }

    [Fact]
    public async Task Every_refusal_looks_at_one_password_so_that_its_time_tells_nothing()
    {
        foreach (var email in new[] { _email, "nobody-" + _email })
        {
            for (var i = 1; i <= SignInGuard.Tries + 2; i++)
            {
                var (outcome, looked) = await TryAsync(email);

                outcome.ShouldBe(i < SignInGuard.Tries ? SignInOutcome.Wrong : SignInOutcome.Locked, $"{email} {i}");
                looked.ShouldBe(1, $"{email} {i}");
            }
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task<(SignInOutcome Outcome, int Looked)> TryAsync(string email)
    {
        await using var scope = _services.Provider.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var (users, manager) = (
            services.GetRequiredService<UserManager<ConsoleUser>>(),
            services.GetRequiredService<SignInManager<ConsoleUser>>()
        );
        var hasher = new Counting(users.PasswordHasher);
        users.PasswordHasher = hasher;
        manager.UserManager.PasswordHasher = hasher;
        manager.Context = new DefaultHttpContext { RequestServices = services };
        var signIns = new SignIns(
            manager,
            users,
            hasher,
            services.GetRequiredService<SignInGuard>(),
            services.GetRequiredService<KnownBrowsers>(),
            NullLogger<SignIns>.Instance
        );
        return (await signIns.SignInAsync(email, "guess guess guess", remember: false), hasher.Looked);
    }

    private sealed class Counting(IPasswordHasher<ConsoleUser> inner) : IPasswordHasher<ConsoleUser>
    {
        public int Looked { get; private set; }

        public string HashPassword(ConsoleUser user, string password) => inner.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(ConsoleUser user, string hashedPassword, string providedPassword)
        {
            Looked++;
            return inner.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
