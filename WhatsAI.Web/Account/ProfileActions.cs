using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Localization;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Account;

/// <summary>What a person changes about himself. Name and language go into the cookie too, so the cookie is written again.</summary>
public sealed class ProfileActions(UserManager<ConsoleUser> users, SignInManager<ConsoleUser> signIns, UserSessions sessions)
{
    private const string ThemeCookie = "console-theme";

    public static IReadOnlyList<string> Themes { get; } = ["light", "dark", "system"];

    public static string ThemeOf(HttpContext http) =>
        http.Request.Cookies[ThemeCookie] is "light" or "dark" ? http.Request.Cookies[ThemeCookie]! : "system";

    public async Task<ConsoleUser> UserAsync(HttpContext http) =>
        await users.GetUserAsync(http.User) ?? throw new InvalidOperationException("The signed-in user is gone.");

    public async Task SaveAsync(HttpContext http, string name, string? language, string? theme)
    {
        var user = await UserAsync(http);
        user.DisplayName = name;
        user.Language = string.IsNullOrEmpty(language) ? null : Cultures.Supported(language);
        IdentityException.ThrowUnless(await users.UpdateAsync(user));
        // The browser's own choice would win over the profile, and it was made before this one.
        http.Response.Cookies.Delete(CookieRequestCultureProvider.DefaultCookieName);
        if (theme is not null && Themes.Contains(theme))
        {
            // Read by theme.js before the first paint.
            http.Response.Cookies.Append(
                ThemeCookie,
                theme,
                new CookieOptions
                {
                    MaxAge = TimeSpan.FromDays(365),
                    SameSite = SameSiteMode.Lax,
                    IsEssential = true,
                }
            );
        }

        await signIns.RefreshSignInAsync(user);
    }

    /// <summary>Ends every other session of the user: their cookies and circuits carry the old stamp.</summary>
    /// <exception cref="IdentityException">The present password is wrong, or the new one is not acceptable.</exception>
    public async Task ChangePasswordAsync(HttpContext http, string current, string password)
    {
        var user = await UserAsync(http);
        IdentityException.ThrowUnless(await users.ChangePasswordAsync(user, current, password));
        await signIns.RefreshSignInAsync(user);
        await EndOthersAsync(http);
    }

    public Task<IReadOnlyList<SessionRow>> SessionsAsync(HttpContext http) =>
        sessions.ListAsync(UserOf(http), http.User.SessionKey(), http.RequestAborted);

    /// <summary>Ends one of the user's sessions; the present one is a sign-out.</summary>
    public Task EndAsync(HttpContext http, Guid session) => sessions.EndAsync(UserOf(http), session);

    public Task EndOthersAsync(HttpContext http) => sessions.EndAllAsync(UserOf(http), http.User.SessionKey());

    private static UserId UserOf(HttpContext http) =>
        http.User.ConsoleUserId() ?? throw new InvalidOperationException("Nobody is signed in.");
}
