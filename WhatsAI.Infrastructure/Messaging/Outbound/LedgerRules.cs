using WhatsAI.Infrastructure.Messaging.Gateways;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>What becomes of a message whose hand-over did not succeed.</summary>
public abstract record AfterFailure
{
    /// <summary>It surely did not go out and what stood in the way may pass: it stays the first of its number's queue.</summary>
    public sealed record Wait(TimeSpan For, string Reason) : AfterFailure;

    /// <summary>It surely did not go out, and trying again by itself would not help.</summary>
    public sealed record Fail(string Reason) : AfterFailure;

    /// <summary>It may have gone out: never sent again by itself.</summary>
    public sealed record Doubt(string Reason) : AfterFailure;
}

/// <summary>The ledger's rules, without a clock or a database.</summary>
public static class LedgerRules
{
    /// <summary>How long a message waits for its number or gateway to come back before it fails visibly: an answer of an hour ago may no longer fit.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private static readonly TimeSpan[] _looks = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(120)];

    /// <param name="attempts">Hand-overs begun, this one included.</param>
    /// <param name="age">Since the message was queued.</param>
    public static AfterFailure After(GatewayFailure failure, bool surelyNotSent, TimeSpan? retryAfter, int attempts, TimeSpan age)
    {
        var name = NameOf(failure);
        if (!surelyNotSent)
        {
            return new AfterFailure.Doubt($"unconfirmed.{name}");
        }

        var mayPass = failure is GatewayFailure.Unreachable or GatewayFailure.NotConnected or GatewayFailure.RateLimited;
        return mayPass && age < Patience
            ? new AfterFailure.Wait(retryAfter ?? BackOff(attempts), $"waiting.{name}")
            : new AfterFailure.Fail($"failed.{name}");
    }

    /// <summary>
    /// The same for a campaign's message, which any number of its pool may send and which is in no hurry: what the number or its server could not do is left to
    /// the others; what lies in the message or in whom it is to fails.
    /// </summary>
    /// <param name="attempts">Hand-overs of this message begun, this one included.</param>
    public static AfterFailure AfterCampaign(GatewayFailure failure, bool surelyNotSent, TimeSpan? retryAfter, int attempts)
    {
        var name = NameOf(failure);
        return !surelyNotSent ? new AfterFailure.Doubt($"unconfirmed.{name}")
            : failure is GatewayFailure.NumberNotOnWhatsApp or GatewayFailure.Rejected or GatewayFailure.NotSupported
                ? new AfterFailure.Fail($"failed.{name}")
            : new AfterFailure.Wait(retryAfter ?? BackOff(attempts), $"waiting.{name}");
    }

    /// <summary>When to look the next time for a message in doubt; null after the last look. Not found is no proof: it stays unconfirmed.</summary>
    /// <param name="looks">Looks already taken.</param>
    public static TimeSpan? NextLook(int looks) => looks < _looks.Length ? _looks[looks] : null;

    /// <summary>Two seconds, doubling, at most a minute.</summary>
    private static TimeSpan BackOff(int attempts) => TimeSpan.FromSeconds(Math.Min(60, 1 << Math.Clamp(attempts, 1, 6)));

    /// <summary>The failure as its resource keys spell it: "number-not-on-whats-app".</summary>
    internal static string NameOf(GatewayFailure failure) =>
        string.Concat(failure.ToString().Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));
}
