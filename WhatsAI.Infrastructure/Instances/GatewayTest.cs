using System.Security.Authentication;
using WhatsAI.Infrastructure.Messaging.Gateways;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>What a test of a gateway server found.</summary>
public enum GatewayVerdict
{
    Fine,

    /// <summary>It works, but took longer than two seconds.</summary>
    Slow,

    /// <summary>It works; its version is older than those this console is made for.</summary>
    TooOld,

    /// <summary>It works; its version is newer than those this console is made for.</summary>
    TooNew,
    WrongKey,
    Unreachable,

    /// <summary>Something listens, but no secure connection came about.</summary>
    Tls,
    TimedOut,
    NotAGateway,
    LicenceRequired,
    RateLimited,
    Unclear,
}

/// <param name="Version">As the server says; null when it did not get so far.</param>
/// <param name="Took">From the first byte out to the verdict.</param>
public sealed record GatewayTest(GatewayVerdict Verdict, string? Version, TimeSpan Took)
{
    private static readonly TimeSpan _slow = TimeSpan.FromSeconds(2);
    private static readonly System.Version _oldest = new(2, 3);
    private static readonly System.Version _newest = new(2, 4);

    /// <summary>Whether numbers can be connected through it.</summary>
    public bool Works => Verdict is GatewayVerdict.Fine or GatewayVerdict.Slow or GatewayVerdict.TooOld or GatewayVerdict.TooNew;

    internal static GatewayTest Of(GatewayProbe probe, TimeSpan took)
    {
        var verdict =
            !probe.KeyValid ? GatewayVerdict.WrongKey
            : Age(probe.Version) is { } age ? age
            : took > _slow ? GatewayVerdict.Slow
            : GatewayVerdict.Fine;
        return new GatewayTest(verdict, probe.Version, took);
    }

    internal static GatewayTest Of(GatewayException e, TimeSpan took) =>
        new(
            e.Failure switch
            {
                GatewayFailure.Unreachable when IsTls(e) => GatewayVerdict.Tls,
                GatewayFailure.Unreachable => GatewayVerdict.Unreachable,
                GatewayFailure.TimedOut => GatewayVerdict.TimedOut,
                GatewayFailure.Unauthorized => GatewayVerdict.WrongKey,
                GatewayFailure.LicenceRequired => GatewayVerdict.LicenceRequired,
                GatewayFailure.RateLimited => GatewayVerdict.RateLimited,
                GatewayFailure.NotAGateway or GatewayFailure.Rejected or GatewayFailure.UnknownInstance => GatewayVerdict.NotAGateway,
                _ => GatewayVerdict.Unclear,
            },
            Version: null,
            took
        );

    private static GatewayVerdict? Age(string? version)
    {
        // "2.4.0-rc.6" is 2.4.
        var digits = new string([.. (version ?? "").TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]).Trim('.');
        if (!System.Version.TryParse(digits, out var parsed))
        {
            return null;
        }

        var minor = new System.Version(parsed.Major, parsed.Minor);
        return minor < _oldest ? GatewayVerdict.TooOld
            : minor > _newest ? GatewayVerdict.TooNew
            : null;
    }

    private static bool IsTls(Exception e)
    {
        for (Exception? inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner is AuthenticationException or HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError })
            {
                return true;
            }
        }

        return false;
    }
}
