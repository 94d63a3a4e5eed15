using System.Net;
using Microsoft.Extensions.Localization;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Install;

/// <summary>
/// The page for when nobody answers. The browser keeps it from before, so it holds every language, and its script shows the one that was spoken last; its
/// few files have addresses of their own, because sw.js keeps them by name.
/// </summary>
internal static class OfflinePage
{
    public static string Draw(IStringLocalizer<InstallText> texts) =>
        $"""
            <!DOCTYPE html>
            <html lang="pt-BR">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <meta name="robots" content="noindex" />
                <script src="/js/theme.js"></script>
                <link rel="stylesheet" href="/css/offline.css" />
                <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                <title>WhatsAI Console</title>
            </head>
            <body>
            {string.Join('\n', Cultures.All.Select(c => InstallEndpoints.In(c.Name, () => Words(c.Name, texts))))}
                <script src="/js/offline.js"></script>
            </body>
            </html>
            """;

    private static string Words(string language, IStringLocalizer<InstallText> texts) =>
        $"""
                <main lang="{language}" data-title="{Html(texts["offline.title"])}" hidden>
                    <img src="/favicon.svg" alt="" width="48" height="48" />
                    <h1>{Html(texts["offline.title"])}</h1>
                    <p>{Html(texts["offline.text"])}</p>
                    <p role="status">{Html(texts["offline.waits"])}</p>
                    <button type="button">{Html(texts["offline.retry"])}</button>
                </main>
            """;

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
