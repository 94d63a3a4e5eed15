using System.Net;

namespace WhatsAI.Infrastructure.Messaging.Gateways;

/// <summary>
/// How every call to a gateway leaves this machine. The address was typed by a tenant, so it is hostile: no redirects, no cookies, no
/// proxy (it would connect where <c>connect</c> cannot look), bounded headers. <c>connect</c> is the one place that opens sockets: what
/// forbids addresses belongs there, where the resolved address is known.
/// </summary>
public static class GuardedHandler
{
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <param name="connect">Opens the connection or throws, which surely sends nothing; null: the system's own.</param>
    public static SocketsHttpHandler Create(Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? connect = null) =>
        new()
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectCallback = connect,
            ConnectTimeout = ConnectTimeout,
            MaxConnectionsPerServer = 64,
            MaxResponseHeadersLength = 64,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            UseProxy = false,
        };
}
