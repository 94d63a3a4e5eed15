using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.StaticAssets;
using WhatsAI.Web.Account;
using WhatsAI.Web.Common;
using WhatsAI.Web.Layout;
using WhatsAI.Web.Tenancy;

namespace WhatsAI.Web.Hosting;

/// <summary>Who is signed in, and that everything not marked otherwise asks for it.</summary>
public static class SignInCookie
{
    /// <summary>How long a session outlives its end elsewhere: a password changed, a member disabled, a role taken away.</summary>
    public static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(30);

    public static void AddSignIn(this IServiceCollection services)
    {
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.ConfigureApplicationCookie(cookie =>
        {
            cookie.Cookie.Name = "console-session";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = TimeSpan.FromDays(14);
            cookie.SlidingExpiration = true;
            cookie.LoginPath = "/sign-in";
            cookie.LogoutPath = "/sign-out";
            cookie.AccessDeniedPath = "/access-denied";
            cookie.ReturnUrlParameter = "returnUrl";
            var validate = cookie.Events.OnValidatePrincipal;
            cookie.Events.OnValidatePrincipal = context =>
            {
                if (!IsForAnybody(context.HttpContext))
                {
                    return validate(context);
                }

                context.RejectPrincipal();
                return Task.CompletedTask;
            };
            cookie.Events.OnCheckSlidingExpiration = context =>
            {
                context.ShouldRenew &= !IsForAnybody(context.HttpContext);
                return Task.CompletedTask;
            };
        });
        services.Configure<SecurityStampValidatorOptions>(o => o.ValidationInterval = CheckEvery);
        services.AddAntiforgery(o =>
        {
            o.Cookie.Name = "console-forms";
            o.Cookie.SameSite = SameSiteMode.Strict;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            o.SuppressXFrameOptionsHeader = true; // frame-ancestors says it
        });
        // Whoever adds an endpoint has to say so when it is for everybody.
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddScoped<AuthenticationStateProvider, SessionWatch>();
        services.AddOptions<SiteOptions>().BindConfiguration(SiteOptions.Section);
        services.AddScoped<PasswordReset>();
        services.AddScoped<ProfileActions>();
        services.AddScoped<FirstStart>();
        services.AddScoped<InvitationMail>();
    }

    // Neither the error page nor the files every page is made of ask who it is: they must not need the database whose absence they tell of.
    private static bool IsForAnybody(HttpContext context) =>
        context.Features.Get<IExceptionHandlerFeature>() is not null
        || context.GetEndpoint()?.Metadata is { } endpoint
            && (endpoint.GetMetadata<StaticAssetDescriptor>() is not null || endpoint.GetMetadata<ForAnybody>() is not null);
}
