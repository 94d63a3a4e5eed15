using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>
/// A signed POST to an address of the company's own. The signature is over the time and the body, so that neither can be changed and an old one is seen to be
/// old; the idempotency key is the same in every attempt.
/// </summary>
internal sealed class AlertWebhook(AlertHttp http) : IAlertPost
{
    public const string SignatureHeader = "WhatsAI-Signature";
    public const string AttemptHeader = "WhatsAI-Attempt";
    public const string KeyHeader = "Idempotency-Key";

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    public AlertChannelKind Kind => AlertChannelKind.Webhook;

    public Task<Told> TellAsync(AlertTelling telling, CancellationToken ct)
    {
        if (telling.Secret.Length == 0)
        {
            return Task.FromResult(new Told(DeliveryOutcome.SecretLost));
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(Body(telling), _json);
        var request = new HttpRequestMessage(HttpMethod.Post, telling.Target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.Add(KeyHeader, telling.Key.ToString());
        request.Headers.Add(AttemptHeader, telling.Attempt.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(SignatureHeader, Sign(telling.Secret, telling.Now, body));
        return http.SendAsync(request, ct);
    }

    /// <summary><c>t=unix seconds,v1=HMAC-SHA256 in hex</c> of "t.body".</summary>
    public static string Sign(string secret, DateTimeOffset now, ReadOnlySpan<byte> body)
    {
        var at = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes(at + "."), .. body];
        return $"t={at},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }

    private static object Body(AlertTelling telling) =>
        new
        {
            Id = telling.Key,
            Type = telling.Alert is null ? "test" : "alert.raised",
            SentAt = telling.Now,
            Company = telling.From.Slug,
            Zone = telling.From.Zone.Id,
            Alert = telling.Alert is { } alert ? AlertBody(alert, telling) : null,
        };

    private static object AlertBody(AlertRow alert, AlertTelling telling)
    {
        var words = AlertWords.Of(alert, telling.From.Culture, telling.From.Zone);
        return new
        {
            Id = alert.Id.Value,
            Kind = ReasonKey.Of(alert.Kind),
            Level = ReasonKey.Of(alert.Level),
            words.Title,
            words.Cause,
            words.Done,
            words.Do,
            alert.Said.Since,
            alert.RaisedAt,
            alert.ClearedAt,
            Number = Named(alert.Said.Number?.Value, alert.NumberName),
            Other = Named(alert.Said.Other?.Value, alert.OtherName),
            Pool = Named(alert.Said.Pool?.Value, alert.PoolName),
            Server = Named(alert.Said.Server?.Value, alert.ServerName),
            alert.Said.Count,
            alert.Said.Of,
            alert.Said.At,
            alert.Said.On,
            Url = telling.Link,
        };
    }

    private static object? Named(Guid? id, string? name) => id is { } value ? new { Id = value, Name = name } : null;
}
