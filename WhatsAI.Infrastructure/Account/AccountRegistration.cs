using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Account;

public static class AccountRegistration
{
    public const int MinPasswordLength = 10;

    /// <summary>Users, passwords and their reset. The cookie is the web's affair.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services
            .AddIdentityCore<ConsoleUser>(options =>
            {
                options.User.RequireUniqueEmail = true;
                // The user name is the e-mail address, whose letters Identity's own list does not cover.
                options.User.AllowedUserNameCharacters = "";
                options.Password.RequiredLength = MinPasswordLength;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.Password.RequiredUniqueChars = 1;
                options.Lockout.MaxFailedAccessAttempts = SignInGuard.Tries;
                options.Lockout.DefaultLockoutTimeSpan = SignInGuard.LockTime;
                options.Lockout.AllowedForNewUsers = true;
            })
            .AddEntityFrameworkStores<ConsoleDb>()
            .AddSignInManager<SessionSignIns>()
            .AddClaimsPrincipalFactory<AccountClaims>()
            .AddPasswordValidator<PasswordIsNotTheAddress>()
            .AddTokenProvider<DataProtectorTokenProvider<ConsoleUser>>(TokenOptions.DefaultProvider);
        services.Configure<DataProtectionTokenProviderOptions>(o => o.TokenLifespan = TimeSpan.FromHours(2));
        services.AddOptions<MailOptions>().BindConfiguration(MailOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<MailOutbox>();
        services.AddHostedService(provider => provider.GetRequiredService<MailOutbox>());
        services.AddSingleton<UserSessions>();
        // The cookie's principal is made anew every half minute, and the session's key is in none of the user's rows.
        services.Configure<SecurityStampValidatorOptions>(o =>
            o.OnRefreshingPrincipal = refreshing =>
            {
                if (refreshing.CurrentPrincipal?.SessionKey() is { } key && refreshing.NewPrincipal?.Identity is ClaimsIdentity identity)
                {
                    identity.AddClaim(new Claim(AccountClaims.Session, key));
                }

                return Task.CompletedTask;
            }
        );
        services.AddSingleton<SignInGuard>();
        services.AddSingleton<KnownBrowsers>();
        services.AddScoped<SignIns>();
        return services;
    }
}
