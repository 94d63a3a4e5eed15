using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace WhatsAI.Infrastructure.Common;

/// <summary>The address leads where the console may not connect to. Nothing was sent.</summary>
public sealed class AddressRefusedException()
    : IOException(
        $"The address is private or reserved, and the operator has not allowed it ({OutgoingOptions.Section}:{nameof(OutgoingOptions.AllowedHosts)})."
    );

/// <summary>
/// Opens the connections to addresses that people typed. It resolves the name itself, looks at what came out, and connects to exactly that: a name that
/// answers differently the next time changes nothing, and no way of writing an address gets past, because only the address itself is looked at.
/// </summary>
/// <param name="options">Read at each connection.</param>
/// <param name="resolve">The system's resolver when null.</param>
public sealed class OutgoingGuard(
    IOptionsMonitor<OutgoingOptions> options,
    Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null
)
{
    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/> of a gateway's client.</summary>
    /// <exception cref="AddressRefusedException">None of the name's addresses is allowed.</exception>
    /// <exception cref="SocketException">The name is unknown, or nobody listens.</exception>
    public async ValueTask<Stream> ConnectToGatewayAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await ResolveAsync(host, cancellationToken);
        var now = options.CurrentValue;
        var allowed = addresses.Where(address => Allows(now, host, address)).ToArray();
        if (allowed.Length == 0)
        {
            throw addresses.Length == 0 ? new SocketException((int)SocketError.HostNotFound) : new AddressRefusedException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation) =>
        IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal]
        : resolve is not null ? await resolve(host, cancellation)
        : await Dns.GetHostAddressesAsync(host, cancellation);

    private static bool Allows(OutgoingOptions options, string host, IPAddress address) =>
        OutgoingAddress.ReachOf(address) switch
        {
            AddressReach.Public => true,
            AddressReach.Private when options.AllowPrivateGateways == true => true,
            _ => options.AllowedHosts.Any(entry => Names(entry, host, OutgoingAddress.Plain(address))),
        };

    private static bool Names(string entry, string host, IPAddress address) =>
        IPNetwork.TryParse(entry, out var network) ? network.Contains(address)
        : IPAddress.TryParse(entry, out var one) ? OutgoingAddress.Plain(one).Equals(address)
        : string.Equals(entry, host.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);
}
