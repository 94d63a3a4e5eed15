using System.Globalization;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Primitives;

namespace WhatsAI.Web.Common;

/// <summary>
/// The languages of the console. This browser's own choice (the cookie) wins, then the person's profile (the claim), then what the browser asks for.
/// </summary>
public static class Cultures
{
    /// <summary>Claim that carries the language of the person's profile, as a culture name.</summary>
    public const string Claim = "console:culture";

    private const string Default = "pt-BR";

    /// <summary>Names every language in itself, as a switch must.</summary>
    public static IReadOnlyList<CultureChoice> All { get; } = [new("pt-BR", "Português"), new("en", "English")];

    public static void Configure(RequestLocalizationOptions options)
    {
        var cultures = All.Select(c => CultureInfo.GetCultureInfo(c.Name)).ToList();
        options.SupportedCultures = cultures;
        options.SupportedUICultures = cultures;
        options.DefaultRequestCulture = new RequestCulture(Default);
        options.RequestCultureProviders =
        [
            new CookieRequestCultureProvider(),
            new CustomRequestCultureProvider(context => Answer(Supported(context.User.FindFirst(Claim)?.Value))),
            new CustomRequestCultureProvider(context => Answer(Asked(context.Request.Headers.AcceptLanguage))),
        ];
    }

    /// <summary>The supported name for a culture or any of its relatives: "pt", "pt-PT" and "pt-br" are all "pt-BR". Null for another language.</summary>
    public static string? Supported(string? culture)
    {
        var language = culture?.Split('-')[0];
        return All.Select(c => c.Name)
            .FirstOrDefault(name => string.Equals(name.Split('-')[0], language, StringComparison.OrdinalIgnoreCase));
    }

    private static string? Asked(StringValues acceptLanguage) =>
        Microsoft.Net.Http.Headers.StringWithQualityHeaderValue.TryParseList(acceptLanguage, out var languages)
            ? languages
                .Where(l => l.Quality is not 0)
                .OrderByDescending(l => l.Quality ?? 1)
                .Select(l => Supported(l.Value.Value))
                .FirstOrDefault(name => name is not null)
            : null;

    private static Task<ProviderCultureResult?> Answer(string? culture) =>
        Task.FromResult(culture is null ? null : new ProviderCultureResult(culture));
}

public sealed record CultureChoice(string Name, string Text);
