using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using WhatsAI.Infrastructure.Common;

namespace WhatsAI.Infrastructure.Account;

/// <summary>
/// Slows guessing down. By network address for every form of the account pages; and for e-mail addresses nobody has here, the same count as the lock-out of
/// those somebody has, so that the answer tells nothing.
/// </summary>
public sealed class SignInGuard(IOptions<LimitOptions> options) : IDisposable
{
    /// <summary>Wrong passwords until an account, or an address without one, is locked.</summary>
    public const int Tries = 5;

    public static readonly TimeSpan LockTime = TimeSpan.FromMinutes(15);

    /// <summary>In which an address may post <see cref="LimitOptions.SignInsPerAddress"/> times.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly PartitionedRateLimiter<string> _addresses = Limits.Window<string>(options.Value.SignInsPerAddress, Window);
    private readonly PartitionedRateLimiter<string> _browsers = Limits.Window<string>(Tries, LockTime);
    private readonly PartitionedRateLimiter<string> _unknown = Limits.Window<string>(Tries, LockTime);

    public bool Admits(IPAddress? address)
    {
        using var lease = _addresses.AttemptAcquire(Limits.KeyOf(address));
        if (!lease.IsAcquired)
        {
            LimitMeter.Refused("sign_ins");
        }

        return lease.IsAcquired;
    }

    /// <summary>Of a browser that its user has signed in with before: false after as many tries as lock an account.</summary>
    public bool AdmitsBrowser(string browser)
    {
        using var lease = _browsers.AttemptAcquire(browser);
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
        _browsers.Dispose();
        _unknown.Dispose();
    }
}
