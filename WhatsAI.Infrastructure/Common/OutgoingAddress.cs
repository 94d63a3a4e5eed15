using System.Net;
using System.Net.Sockets;

namespace WhatsAI.Infrastructure.Common;

/// <summary>Where an address leads.</summary>
internal enum AddressReach
{
    Public,

    /// <summary>This machine and networks of one's own: where a self-hosted gateway lives, and much that must not be reached.</summary>
    Private,

    /// <summary>Link-local (cloud machines find their keys at 169.254.169.254), multicast, reserved, and forms that wrap another address.</summary>
    Never,
}

internal static class OutgoingAddress
{
    private static readonly IPNetwork[] _private = Networks(
        "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 127.0.0.0/8 fc00::/7 ::1/128"
    );

    // IANA's special-purpose registries, without the private ones.
    private static readonly IPNetwork[] _never = Networks(
        "0.0.0.0/8 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 "
            + "2001::/23 2001:db8::/32 2002::/16 3fff::/20"
    );

    private static readonly IPNetwork _global6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork _translated = IPNetwork.Parse("64:ff9b::/96");

    public static AddressReach ReachOf(IPAddress address)
    {
        var plain = Plain(address);
        return _private.Any(network => network.Contains(plain)) ? AddressReach.Private
            : _never.Any(network => network.Contains(plain)) ? AddressReach.Never
            : plain.AddressFamily == AddressFamily.InterNetwork || _global6.Contains(plain) ? AddressReach.Public
            : AddressReach.Never;
    }

    /// <summary>An IPv4 address that is written as an IPv6 one (mapped, or translated by the network) as itself.</summary>
    public static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address.AddressFamily == AddressFamily.InterNetworkV6 && _translated.Contains(address)
            ? new IPAddress(address.GetAddressBytes()[12..])
        : address;

    private static IPNetwork[] Networks(string list) => [.. list.Split(' ').Select(network => IPNetwork.Parse(network))];
}
