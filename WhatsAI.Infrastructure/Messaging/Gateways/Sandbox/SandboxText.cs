using System.Globalization;
using System.Resources;
using Microsoft.AspNetCore.Http;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>The control page's words: what <c>?lang=</c> names, else what the browser asks for first.</summary>
internal sealed class SandboxText(CultureInfo culture)
{
    public static readonly ResourceManager Words = new(typeof(SandboxText).FullName!, typeof(SandboxText).Assembly);

    public string Language => culture.Name;

    /// <summary>Throws on a missing key: the page's test finds it.</summary>
    public string this[string key] =>
        Words.GetString(key, culture) ?? throw new InvalidOperationException($"The sandbox page has no text for '{key}'.");

    public static SandboxText For(HttpContext http)
    {
        var asked = http.Request.Query["lang"].ToString() is { Length: > 0 } lang ? lang : http.Request.Headers.AcceptLanguage.ToString();
        var portuguese = asked.TrimStart().StartsWith("pt", StringComparison.OrdinalIgnoreCase);
        return new SandboxText(CultureInfo.GetCultureInfo(portuguese ? "pt-BR" : "en"));
    }
}
