using System.Globalization;
using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Account;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Common;
using WhatsAI.Web.Hosting;

namespace WhatsAI.Web.Install;

/// <summary>
/// What a browser needs to keep the console as an app: the manifest, the page that is shown while no server answers (sw.js keeps it), and addresses that
/// name no company.
/// </summary>
public static class InstallEndpoints
{
    /// <summary>The address of the manifest in the reader's language; browsers ask for it without saying who asks.</summary>
    public static string ManifestPath => $"/manifest.webmanifest?lang={CultureInfo.CurrentUICulture.Name}";

    public static void MapInstall(this IEndpointRouteBuilder app)
    {
        app.MapGet("/manifest.webmanifest", (string? lang, IStringLocalizer<InstallText> texts) => In(lang, () => Manifest(texts)))
            .AllowAnonymous()
            .WithMetadata(ForAnybody.Mark);
        app.MapGet("/offline", (IStringLocalizer<InstallText> texts) => Results.Text(OfflinePage.Draw(texts), "text/html; charset=utf-8"))
            .AllowAnonymous()
            .WithMetadata(ForAnybody.Mark);
        foreach (var page in (string[])["inbox", "numbers"])
        {
            app.MapGet(
                $"/{page}",
                async (HttpContext context, TenantQueries tenants) =>
                    await tenants.HomeAsync(context.User.ConsoleUserId()!.Value, context.RequestAborted) is { } slug
                        ? Results.LocalRedirect($"/t/{slug}/{page}")
                        : Results.LocalRedirect("/no-company")
            );
        }
    }

    internal static T In<T>(string? language, Func<T> say)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(Cultures.Supported(language) ?? before.Name);
        try
        {
            return say();
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    private static IResult Manifest(IStringLocalizer<InstallText> texts) =>
        Results.Json(
            new
            {
                id = "/",
                name = "WhatsAI Console",
                short_name = "WhatsAI",
                description = texts["description"].Value,
                lang = CultureInfo.CurrentUICulture.Name,
                dir = "ltr",
                start_url = "/",
                scope = "/",
                display = "standalone",
                // A manifest knows one theme; the pages say both.
                theme_color = "#ffffff",
                background_color = "#f6f8f8",
                icons = new[]
                {
                    Icon("/icons/icon-192.png", "192x192", "any"),
                    Icon("/icons/icon-512.png", "512x512", "any"),
                    Icon("/icons/icon-maskable-512.png", "512x512", "maskable"),
                },
                shortcuts = new[] { Shortcut(texts["inbox"], "/inbox"), Shortcut(texts["numbers"], "/numbers") },
            },
            contentType: "application/manifest+json"
        );

    private static object Icon(string src, string sizes, string purpose) =>
        new
        {
            src,
            sizes,
            type = "image/png",
            purpose,
        };

    private static object Shortcut(string name, string url) =>
        new
        {
            name,
            url,
            icons = new[] { Icon("/icons/icon-192.png", "192x192", "any") },
        };
}
