namespace WhatsAI.Web.Common;

/// <summary>Where the console is reached from outside.</summary>
public sealed class SiteOptions
{
    public const string Section = "Site";

    /// <summary>
    /// The address people type, for links in mail ("https://console.example"). Unset, mails with links go out in Development only: the address a request
    /// came to is chosen by whoever sends it.
    /// </summary>
    public Uri? PublicAddress { get; set; }

    /// <summary>
    /// Proxies in front of the console whose X-Forwarded headers are believed: networks ("10.0.0.0/8") or addresses. None: no header is believed.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>Without a trailing slash; null where none may be named in a mail.</summary>
    public string? AddressFor(HttpRequest request, IHostEnvironment environment) =>
        PublicAddress is { } address ? address.AbsoluteUri.TrimEnd('/')
        : environment.IsDevelopment() ? $"{request.Scheme}://{request.Host}{request.PathBase}"
        : null;
}
