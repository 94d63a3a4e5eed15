using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace WhatsAI.Infrastructure.Account;

/// <summary>
/// Which browsers a user has signed in with before, kept in a cookie of theirs that only the console can write. It opens nothing: it says whose wrong
/// passwords are counted together, so that a stranger who locks an account does not lock its user out.
/// </summary>
public sealed class KnownBrowsers(IDataProtectionProvider protection)
{
    public const string Cookie = "console-known";
    private static readonly TimeSpan _kept = TimeSpan.FromDays(180);

    private ITimeLimitedDataProtector Protector => protection.CreateProtector("known-browser").ToTimeLimitedDataProtector();

    /// <summary>The browser's own name; null where this user never signed in with it, or another one did after him.</summary>
    public string? Recognize(HttpContext http, Guid user)
    {
        try
        {
            return
                http.Request.Cookies[Cookie] is { Length: > 0 } cookie
                && Protector.Unprotect(cookie).Split(' ') is [var known, var browser]
                && Guid.TryParse(known, out var id)
                && id == user
                ? browser
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>After the password was right.</summary>
    public void Remember(HttpContext http, Guid user) =>
        http.Response.Cookies.Append(
            Cookie,
            Protector.Protect($"{user:N} {Recognize(http, user) ?? RandomNumberGenerator.GetHexString(16)}", _kept),
            new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = http.Request.IsHttps,
                MaxAge = _kept,
                Path = "/sign-in",
                IsEssential = true,
            }
        );
}
