namespace WhatsAI.Web.Common;

/// <summary>Where the console is reached from outside.</summary>
public sealed class SiteOptions
{
    public const string Section = "Site";

    /// <summary>
    /// The address people type, for links in mail ("https://console.example"). Unset, a link is made of the address the request came to, which a stranger
    /// may choose unless <c>AllowedHosts</c> is set.
    /// </summary>
    public Uri? PublicAddress { get; set; }

    /// <summary>
    /// Proxies in front of the console whose X-Forwarded headers are believed: networks ("10.0.0.0/8") or addresses. None: no header is believed.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>Without a trailing slash.</summary>
    public string AddressFor(HttpRequest request) =>
        PublicAddress is { } address ? address.AbsoluteUri.TrimEnd('/') : $"{request.Scheme}://{request.Host}{request.PathBase}";
}
