using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Hosting;

/// <summary>Behind a reverse proxy the person's address and scheme come in headers, which are believed from the configured proxies only.</summary>
public static class Proxies
{
    public static void AddForwardedHeaders(this IServiceCollection services) =>
        services
            .AddOptions<ForwardedHeadersOptions>()
            .Configure<IOptions<SiteOptions>>(
                (headers, site) =>
                {
                    headers.ForwardedHeaders =
                        site.Value.TrustedProxies.Count == 0
                            ? ForwardedHeaders.None
                            : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
                    headers.KnownIPNetworks.Clear();
                    headers.KnownProxies.Clear();
                    headers.ForwardLimit = null;
                    foreach (var proxy in site.Value.TrustedProxies)
                    {
                        if (IPAddress.TryParse(proxy, out var address))
                        {
                            headers.KnownProxies.Add(address);
                        }
                        else
                        {
                            headers.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
                        }
                    }
                }
            );
}
