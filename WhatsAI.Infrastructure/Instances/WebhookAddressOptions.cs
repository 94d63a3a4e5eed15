using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using WhatsAI.Infrastructure.Messaging.Gateways;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>Where gateway servers reach this console, which may differ from what people type (a name inside a container network).</summary>
public sealed class WebhookAddressOptions
{
    public const string Section = "Console";

    [Required]
    public Uri PublicAddress { get; set; } = new("http://127.0.0.1:5080");

    /// <summary>The webhook of a number at its gateway.</summary>
    /// <param name="token">The instance's own token; the secret is made of it, so that it can be told again without being stored.</param>
    public GatewayWebhook Of(string route, string token) =>
        new(new Uri($"{PublicAddress.AbsoluteUri.TrimEnd('/')}/hooks/evolution/{route}"), SecretOf(route, token));

    public static string SecretOf(string route, string token) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes("webhook:" + route)));
}
