using System.Net;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Crash;

/// <summary>A gateway's post, by hand.</summary>
internal static class Webhooks
{
    public static async Task<HttpStatusCode> PostAsync(HttpClient http, string route, byte[] body, string? secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/evolution/" + route) { Content = new ByteArrayContent(body) };
        if (secret is not null)
        {
            request.Headers.Add(GatewayWebhook.SecretHeader, secret);
        }

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    /// <summary>As a gateway does it: what a busy machine did not store within its second (503) is posted again. It may be stored twice then.</summary>
    public static async Task<HttpStatusCode> PostUntilAnsweredAsync(HttpClient http, string route, byte[] body, string? secret)
    {
        var answer = HttpStatusCode.ServiceUnavailable;
        await Wait.UntilAsync(
            async () => (answer = await PostAsync(http, route, body, secret)) != HttpStatusCode.ServiceUnavailable,
            "the webhook is answered"
        );
        return answer;
    }
}
