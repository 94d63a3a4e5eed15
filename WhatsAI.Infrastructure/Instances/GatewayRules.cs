using WhatsAI.Core.Common;
using WhatsAI.Infrastructure.Messaging.Gateways;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>A gateway's refusal in words for the person who asked.</summary>
public static class GatewayRules
{
    /// <summary>A key of the rules' texts: "gateway.timed-out". Each failure has one, kept so by a test.</summary>
    public static string KeyOf(GatewayFailure failure) =>
        "gateway."
        + string.Concat(
            failure.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}")
        );

    public static RuleException ToRule(this GatewayException e) => new(KeyOf(e.Failure));

    /// <summary>Whether it says something about the gateway or the number there, and not only about this one call.</summary>
    public static bool IsLasting(this GatewayFailure failure) =>
        failure
            is GatewayFailure.Unreachable
                or GatewayFailure.TimedOut
                or GatewayFailure.Unauthorized
                or GatewayFailure.UnknownInstance
                or GatewayFailure.RateLimited
                or GatewayFailure.LicenceRequired
                or GatewayFailure.NotAGateway
                or GatewayFailure.Unclear;

    /// <summary>Whether it is the server that does not answer as it should, so that every number on it fares alike.</summary>
    public static bool IsTheServers(this GatewayFailure failure) =>
        failure
            is GatewayFailure.Unreachable
                or GatewayFailure.TimedOut
                or GatewayFailure.RateLimited
                or GatewayFailure.LicenceRequired
                or GatewayFailure.NotAGateway;
}
