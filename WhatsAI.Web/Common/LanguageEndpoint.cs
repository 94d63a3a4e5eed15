using System.Globalization;
using Microsoft.AspNetCore.Localization;

namespace WhatsAI.Web.Common;

/// <summary>Remembers the language chosen in this browser. A page load, because a circuit keeps the culture it began with.</summary>
public static class LanguageEndpoint
{
    public static void MapLanguage(this IEndpointRouteBuilder app) =>
        app.MapGet(
                "/language/{culture}",
                (string culture, string? returnUrl, HttpContext context) =>
                {
                    if (Cultures.Supported(culture) is not { } supported)
                    {
                        return Results.NotFound();
                    }

                    context.Response.Cookies.Append(
                        CookieRequestCultureProvider.DefaultCookieName,
                        CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(CultureInfo.GetCultureInfo(supported))),
                        new CookieOptions
                        {
                            MaxAge = TimeSpan.FromDays(365),
                            SameSite = SameSiteMode.Lax,
                            HttpOnly = true,
                            IsEssential = true,
                            Secure = context.Request.IsHttps,
                        }
                    );
                    return Results.LocalRedirect(LocalUrl.OrHome(returnUrl));
                }
            )
            .AllowAnonymous();
}
