using System.Net;
using WhatsAI.Infrastructure.Messaging.Gateways;

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
}
