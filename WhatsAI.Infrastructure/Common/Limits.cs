using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Common;

/// <summary>
/// Keeps one person, one address or one number from taking the console away from all others. Counted in this process: with several copies each gives as
/// much. Nothing here waits; what is refused is refused at once.
/// </summary>
public sealed class Limits(IOptions<LimitOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<UserId> _sends = PerMinute<UserId>(options.Value.SendsPerMinute);
    private readonly PartitionedRateLimiter<UserId> _uploads = PerMinute<UserId>(options.Value.UploadsPerMinute);
    private readonly PartitionedRateLimiter<UserId> _downloads = PerMinute<UserId>(options.Value.DownloadsPerMinute);
    private readonly PartitionedRateLimiter<UserId> _alertTests = PerMinute<UserId>(options.Value.AlertTestsPerMinute);
    private readonly PartitionedRateLimiter<UserId> _proposals = PerMinute<UserId>(options.Value.ProposalsPerMinute);
    private readonly PartitionedRateLimiter<TenantId> _status = PerMinute<TenantId>(options.Value.StatusPerMinute);
    private readonly PartitionedRateLimiter<string> _wrongKeys = PerMinute<string>(options.Value.StatusPerMinute);
    private readonly PartitionedRateLimiter<InstanceId> _webhooks = AtOnce<InstanceId>(options.Value.WebhooksAtOnce);
    private readonly PartitionedRateLimiter<string> _unknownRoutes = PerSecond<string>(options.Value.UnknownRoutesPerSecond);
    private readonly PartitionedRateLimiter<Guid> _resetMails = Window<Guid>(options.Value.ResetMailsPerUser, TimeSpan.FromHours(1));

    /// <exception cref="RuleException">The member has sent too much in the last minute.</exception>
    public void DemandSend(UserId member)
    {
        if (!Counted(Admits(_sends, member), "sends"))
        {
            throw new RuleException("limit.sends");
        }
    }

    /// <exception cref="RuleException">The member has uploaded too much in the last minute.</exception>
    public void DemandUpload(UserId member)
    {
        if (!Counted(Admits(_uploads, member), "uploads"))
        {
            throw new RuleException("limit.uploads");
        }
    }

    /// <exception cref="RuleException">The member has started too many tests in the last minute.</exception>
    public void DemandAlertTest(UserId member)
    {
        if (!Counted(Admits(_alertTests, member), "alert_tests"))
        {
            throw new RuleException("limit.alert-tests");
        }
    }

    /// <exception cref="RuleException">The member has asked an AI provider too often in the last minute.</exception>
    public void DemandProposal(UserId member)
    {
        if (!Counted(Admits(_proposals, member), "proposals"))
        {
            throw new RuleException("limit.proposals");
        }
    }

    public bool AdmitsStatus(TenantId tenant) => Counted(Admits(_status, tenant), "status");

    /// <summary>Whether a key may be looked for at all: not for who has guessed too much.</summary>
    public bool AdmitsStatusKey(IPAddress? address)
    {
        using var lease = _wrongKeys.AttemptAcquire(KeyOf(address), permitCount: 0);
        return Counted(lease.IsAcquired, "status_keys");
    }

    /// <summary>It was a guess.</summary>
    public void CountWrongKey(IPAddress? address) => Admits(_wrongKeys, KeyOf(address));

    public bool AdmitsDownload(UserId user) => Counted(Admits(_downloads, user), "downloads");

    /// <summary>
    /// Held while a webhook of this number is taken in. Not so many in a second: nothing of a gateway that knows the secret is turned away while there is
    /// room, however fast it is.
    /// </summary>
    public RateLimitLease PlaceForWebhook(InstanceId number) => _webhooks.AttemptAcquire(number);

    /// <summary>A stranger's guesses cost a query each.</summary>
    public bool AdmitsUnknownRoute(IPAddress? address) => Admits(_unknownRoutes, KeyOf(address));

    public bool AdmitsResetMail(Guid user) => Counted(Admits(_resetMails, user), "reset_mails");

    /// <summary>What a network address is counted as. Whoever has one IPv6 address has 2^64 of them.</summary>
    public static string KeyOf(IPAddress? address) =>
        address switch
        {
            null => "",
            { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
            { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes()[..8]),
            _ => address.ToString(),
        };

    /// <summary>So many in each window, however they lie in it.</summary>
    public static PartitionedRateLimiter<T> Window<T>(int permits, TimeSpan window)
        where T : notnull =>
        PartitionedRateLimiter.Create<T, T>(key =>
            RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = window })
        );

    public void Dispose()
    {
        _sends.Dispose();
        _uploads.Dispose();
        _downloads.Dispose();
        _alertTests.Dispose();
        _proposals.Dispose();
        _status.Dispose();
        _wrongKeys.Dispose();
        _webhooks.Dispose();
        _unknownRoutes.Dispose();
        _resetMails.Dispose();
    }

    private static bool Counted(bool admitted, string limit)
    {
        if (!admitted)
        {
            LimitMeter.Refused(limit);
        }

        return admitted;
    }

    private static bool Admits<T>(PartitionedRateLimiter<T> limiter, T key)
    {
        using var lease = limiter.AttemptAcquire(key);
        return lease.IsAcquired;
    }

    private static PartitionedRateLimiter<T> PerMinute<T>(int permits)
        where T : notnull => Bucket<T>(permits, Math.Max(1, permits / 12), TimeSpan.FromSeconds(5));

    private static PartitionedRateLimiter<T> PerSecond<T>(int permits)
        where T : notnull => Bucket<T>(permits * 2, Math.Max(1, permits / 10), TimeSpan.FromMilliseconds(100));

    private static PartitionedRateLimiter<T> AtOnce<T>(int permits)
        where T : notnull =>
        PartitionedRateLimiter.Create<T, T>(key =>
            RateLimitPartition.GetConcurrencyLimiter(key, _ => new ConcurrencyLimiterOptions { PermitLimit = permits })
        );

    private static PartitionedRateLimiter<T> Bucket<T>(int most, int back, TimeSpan every)
        where T : notnull =>
        PartitionedRateLimiter.Create<T, T>(key =>
            RateLimitPartition.GetTokenBucketLimiter(
                key,
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = most,
                    TokensPerPeriod = back,
                    ReplenishmentPeriod = every,
                }
            )
        );
}
