using System.Security.Cryptography;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging.Gateways;

namespace WhatsAI.Tests.Crash;

/// <summary>A number that is linked at the sandbox, with the webhook's address and secret as a console would have told them.</summary>
internal sealed record CrashNumber(InstanceId Id, string Token, string Route, Uri Console)
{
    public static CrashNumber New(Uri console) =>
        new(
            Core.Common.Id.New<InstanceId>(DateTimeOffset.UtcNow),
            Convert.ToHexString(RandomNumberGenerator.GetBytes(16)),
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)),
            console
        );

    /// <summary>What it is called at the gateway.</summary>
    public string Name => Id.Value.ToString();

    public GatewayWebhook Webhook => new WebhookAddressOptions { PublicAddress = Console }.Of(Route, Token);
}
