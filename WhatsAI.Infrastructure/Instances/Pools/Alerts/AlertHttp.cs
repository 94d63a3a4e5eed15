using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Options;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Common;
using WhatsAI.Infrastructure.Messaging.Gateways;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>Posts JSON to an address that people typed: through the guard, without redirects, with an end to its patience.</summary>
internal sealed class AlertHttp(OutgoingGuard guard, IOptions<AlertOptions> options) : IDisposable
{
    private const int MostRead = 4_096;

    private readonly HttpClient _http = new(GuardedHandler.Create(guard.ConnectToGatewayAsync)) { Timeout = Timeout.InfiniteTimeSpan };

    /// <param name="request">Disposed of.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<Told> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(options.Value.AnswerSeconds));
        try
        {
            using (request)
            {
                using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                return (int)answer.StatusCode switch
                {
                    >= 200 and < 300 => new Told(DeliveryOutcome.Delivered),
                    429 => new Told(DeliveryOutcome.Throttled, RetryAfter(answer) ?? await AskedAsync(answer, limit.Token)),
                    // Asked to come again, or something between us and the other side that does not know yet.
                    408 or 425 => new Told(DeliveryOutcome.Failed, RetryAfter(answer)),
                    >= 400 and < 500 => new Told(DeliveryOutcome.Refused),
                    _ => new Told(DeliveryOutcome.Failed, RetryAfter(answer)),
                };
            }
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            // The handler's own limit for connecting shows itself only in the inner exception: nothing was written then.
            var connecting = e.InnerException is TimeoutException && !limit.IsCancellationRequested;
            return new Told(connecting ? DeliveryOutcome.Unreachable : DeliveryOutcome.TimedOut);
        }
        catch (HttpRequestException e)
        {
            return new Told(
                e.InnerException is AddressRefusedException ? DeliveryOutcome.Forbidden
                : e.InnerException is SocketException || e.HttpRequestError == HttpRequestError.SecureConnectionError
                    ? DeliveryOutcome.Unreachable
                : DeliveryOutcome.Broken
            );
        }
        catch (IOException)
        {
            return new Told(DeliveryOutcome.Broken);
        }
    }

    public void Dispose() => _http.Dispose();

    private static TimeSpan? RetryAfter(HttpResponseMessage answer) =>
        answer.Headers.RetryAfter switch
        {
            { Delta: { } wait } => wait,
            { Date: { } until } when answer.Headers.Date is { } now => until - now,
            _ => null,
        };

    // Telegram says it in its body.
    private static async Task<TimeSpan?> AskedAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        var buffer = new byte[MostRead];
        await using var body = await answer.Content.ReadAsStreamAsync(ct);
        var read = await body.ReadAtLeastAsync(buffer, MostRead, throwOnEndOfStream: false, ct);
        try
        {
            using var json = JsonDocument.Parse(buffer.AsMemory(0, read));
            return
                json.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("parameters", out var parameters)
                && parameters.ValueKind == JsonValueKind.Object
                && parameters.TryGetProperty("retry_after", out var after)
                && after.TryGetInt32(out var seconds)
                && seconds > 0
                ? TimeSpan.FromSeconds(seconds)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
