using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

/// <summary>Which of the two keys a call carries.</summary>
internal enum EvolutionKey
{
    None,
    Server,
    Instance,
}

/// <param name="Path">Below the server's address, with the instance's name where it belongs.</param>
/// <param name="Body">Null for none.</param>
/// <param name="Limit">Bytes of an answer that are read at most.</param>
internal sealed record EvolutionCall(
    HttpMethod Method,
    string Path,
    EvolutionKey Key = EvolutionKey.Instance,
    HttpContent? Body = null,
    TimeSpan? TimeLimit = null,
    int Limit = 4 * 1024 * 1024
);

/// <summary>One call, one answer: time limits, size limits, and every way to fail turned into a <see cref="GatewayException"/>.</summary>
internal sealed class EvolutionHttp(HttpMessageHandler handler, TimeSpan? longest = null) : IDisposable
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);

    // Escaping nothing but what JSON demands: an emoji costs 4 bytes instead of 12.
    private static readonly JsonSerializerOptions Compact = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly HttpClient _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };

    public static JsonContent Json(object body) => JsonContent.Create(body, options: Compact);

    /// <summary>The body of a 2xx answer; an empty one reads as nothing.</summary>
    /// <exception cref="GatewayException">Anything else came, or nothing.</exception>
    public Task<JsonElement> CallAsync(GatewayConnection at, EvolutionCall call, CancellationToken ct) =>
        CallAsync(at, call, (response, stop) => ReadAsync(response, call.Limit, stop), ct);

    /// <summary>The same, for an answer that is read as it comes.</summary>
    public Task<T> CallAsync<T>(
        GatewayConnection at,
        EvolutionCall call,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken ct
    ) => GatewayMeter.CountAsync("evolution", () => AskAsync(at, call, read, ct));

    private async Task<T> AskAsync<T>(
        GatewayConnection at,
        EvolutionCall call,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken ct
    )
    {
        var limit = call.TimeLimit ?? Usual;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        stop.CancelAfter(longest is { } most && most < limit ? most : limit);
        try
        {
            using var request = Request(at, call);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            var status = (int)response.StatusCode;
            if (status is >= 200 and < 300)
            {
                return await read(response, stop.Token);
            }

            throw EvolutionErrors.Of(status, await ReadErrorAsync(response, stop.Token), RetryAfter(response));
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            // The handler's own limit for connecting shows itself only in the inner exception: nothing was written then.
            var connecting = e.InnerException is TimeoutException && !stop.IsCancellationRequested;
            throw connecting
                ? new GatewayException(GatewayFailure.Unreachable, "No connection in time.", surelyNotSent: true, inner: e)
                : new GatewayException(GatewayFailure.TimedOut, "No answer in time.", surelyNotSent: false, inner: e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException && ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, ct);
        }
        catch (HttpRequestException e)
        {
            throw EvolutionErrors.Of(e);
        }
        catch (IOException e)
        {
            throw new GatewayException(GatewayFailure.Unclear, "The connection broke.", surelyNotSent: false, inner: e);
        }
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Request(GatewayConnection at, EvolutionCall call)
    {
        if (!at.Address.IsAbsoluteUri || at.Address.Scheme is not ("http" or "https"))
        {
            throw new GatewayException(GatewayFailure.NotAGateway, "The address is neither http nor https.", surelyNotSent: true);
        }

        var address = at.Address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/" + call.Path;
        var request = new HttpRequestMessage(call.Method, new Uri(address)) { Content = call.Body };
        var key = call.Key switch
        {
            EvolutionKey.Server => at.ServerKey ?? at.InstanceToken,
            EvolutionKey.Instance => at.InstanceToken ?? at.ServerKey,
            _ => null,
        };
        if (call.Key != EvolutionKey.None && (key is null || !request.Headers.TryAddWithoutValidation("apikey", key)))
        {
            throw new GatewayException(GatewayFailure.Unauthorized, "There is no usable key.", surelyNotSent: true);
        }

        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, int limit, CancellationToken ct)
    {
        var bytes = await ReadBytesAsync(response, limit, ct);
        if (bytes.Length == 0)
        {
            return default;
        }

        try
        {
            using var json = EvolutionJson.Parse(bytes);
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new GatewayException(
                GatewayFailure.NotAGateway,
                "The answer is no JSON.",
                surelyNotSent: false,
                status: (int)response.StatusCode
            );
        }
    }

    private static async Task<JsonElement> ReadErrorAsync(HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            return await ReadAsync(response, 256 * 1024, ct);
        }
        catch (Exception e) when (e is GatewayException or IOException or HttpRequestException)
        {
            return default;
        }
    }

    private static async Task<byte[]> ReadBytesAsync(HttpResponseMessage response, int limit, CancellationToken ct)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, ct)) > 0; )
        {
            if (bytes.Length + read > limit)
            {
                throw new GatewayException(GatewayFailure.Unclear, "The answer is too long.", surelyNotSent: false) { TooLong = true };
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - (response.Headers.Date ?? date),
            _ => (TimeSpan?)null,
        };
        return asked is { } wait ? TimeSpan.FromSeconds(Math.Clamp(wait.TotalSeconds, 0, 3600)) : null;
    }
}
