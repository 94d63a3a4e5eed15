using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace WhatsAI.Infrastructure.Account;

/// <summary>
/// Slows guessing down. By network address for every form of the account pages; and for e-mail addresses nobody has here, the same count as the lock-out of
/// those somebody has, so that the answer tells nothing.
/// </summary>
public sealed class SignInGuard : IDisposable
{
    /// <summary>Wrong passwords until an account, or an address without one, is locked.</summary>
    public const int Tries = 5;

    /// <summary>Posts of one network address in <see cref="Window"/>.</summary>
    public const int PostsPerAddress = 30;

    public static readonly TimeSpan LockTime = TimeSpan.FromMinutes(15);
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly PartitionedRateLimiter<string> _addresses = Limiter(PostsPerAddress, Window);
    private readonly PartitionedRateLimiter<string> _unknown = Limiter(Tries, LockTime);

    public bool Admits(IPAddress? address)
    {
        using var lease = _addresses.AttemptAcquire(Partition(address));
        return lease.IsAcquired;
    }

    /// <summary>False once as many tries were made with this address as lock an account.</summary>
    public bool AdmitsUnknown(string email)
    {
        using var lease = _unknown.AttemptAcquire(email.ToUpperInvariant());
        return lease.IsAcquired && _unknown.GetStatistics(email.ToUpperInvariant()) is { CurrentAvailablePermits: > 0 };
    }

    public void Dispose()
    {
        _addresses.Dispose();
        _unknown.Dispose();
    }

    // Whoever has one IPv6 address has 2^64 of them.
    private static string Partition(IPAddress? address) =>
        address switch
        {
            null => "",
            { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
            { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes()[..8]),
            _ => address.ToString(),
        };

    private static PartitionedRateLimiter<string> Limiter(int permits, TimeSpan window) =>
        PartitionedRateLimiter.Create<string, string>(key =>
            RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = window })
        );
}
