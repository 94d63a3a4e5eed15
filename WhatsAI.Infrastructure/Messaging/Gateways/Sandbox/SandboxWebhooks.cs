using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>
/// Posts events as Evolution does: all at once, each retried alone and from memory, so they arrive reordered and sometimes twice.
/// Ten tries unless its behaviour says otherwise, doubling from the first delay to five minutes, a fifth of jitter, never again after 400, 401, 403, 404 or 422.
/// </summary>
internal sealed class SandboxWebhooks(SandboxOptions options, SandboxLog log, SandboxRandom random, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(300);
    private readonly CancellationTokenSource _stopping = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, MaxConnectionsPerServer = 128 })
    {
        Timeout = options.WebhookTimeout,
    };

    public SandboxDelivery Post(SandboxInstance instance, string name, JsonNode? data)
    {
        var behaviour = instance.Behaviour;
        if (instance.Hook is not { } hook || !hook.Wants(name) || behaviour.WebhooksSuppressed)
        {
            return SandboxDelivery.None;
        }

        var body = new JsonObject
        {
            ["event"] = name,
            ["instance"] = instance.Name,
            ["data"] = data,
            ["destination"] = hook.Url,
            ["date_time"] = SandboxJson.Iso(time.GetUtcNow()),
        };
        if (instance.OwnerJid is { } owner)
        {
            body["sender"] = owner;
        }

        body["server_url"] = options.BaseAddress;
        body["apikey"] = instance.Token;
        var what = new SandboxEvent(instance, hook, name, MessageOf(data), SandboxJson.Text(body));

        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = DeliverAsync(what, behaviour.ShuffleMs, first);
        for (var copy = 0; copy < Math.Min(behaviour.DuplicateWebhooks, 20); copy++)
        {
            _ = DeliverAsync(what, behaviour.ShuffleMs, new TaskCompletionSource());
        }

        return new SandboxDelivery(first.Task, done);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _http.Dispose();
        _stopping.Dispose();
    }

    private async Task DeliverAsync(SandboxEvent what, int shuffleMs, TaskCompletionSource first)
    {
        await Task.Yield();
        try
        {
            if (shuffleMs > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(shuffleMs)), time, _stopping.Token);
            }

            var delay = options.FirstRetryDelay;
            for (var attempt = 1; attempt <= what.Instance.Behaviour.WebhookTries; attempt++)
            {
                var began = time.GetUtcNow();
                var status = await PostOnceAsync(what);
                log.Write(
                    "webhook",
                    what.Instance,
                    new JsonObject
                    {
                        ["event"] = what.Name,
                        ["message"] = what.Message,
                        ["attempt"] = attempt,
                        ["began"] = SandboxJson.Iso(began),
                        ["status"] = status,
                    }
                );
                first.TrySetResult();
                if (status is (>= 200 and < 300) or 400 or 401 or 403 or 404 or 422)
                {
                    return;
                }

                await Task.Delay(delay * (0.8 + (0.4 * random.NextDouble())), time, _stopping.Token);
                delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            }
        }
        catch (OperationCanceledException)
        {
            // what waited for its next try is lost with the server, as in a real one
        }
        finally
        {
            first.TrySetResult();
        }
    }

    /// <summary>The status, or 0 when nobody answered.</summary>
    private async Task<int> PostOnceAsync(SandboxEvent what)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, what.Hook.Address(what.Name));
            request.Content = new StringContent(what.Body, Encoding.UTF8, "application/json");
            foreach (var (header, value) in what.Hook.Headers ?? [])
            {
                if (header == "jwt_key")
                {
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token((string)value!));
                }
                else
                {
                    request.Headers.TryAddWithoutValidation(header, value?.ToString());
                }
            }

            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stopping.Token);
            return (int)answer.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or UriFormatException or InvalidOperationException)
        {
            _stopping.Token.ThrowIfCancellationRequested();
            return 0;
        }
    }

    private string Token(string key)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var payload = $$"""{"iat":{{now}},"exp":{{now + 600}},"app":"evolution","action":"webhook"}""";
        var signed = Part("""{"alg":"HS256","typ":"JWT"}""") + "." + Part(payload);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes(signed));
        return signed + "." + Base64Url.EncodeToString(signature);

        static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
    }

    private static string? MessageOf(JsonNode? data) =>
        data is JsonObject o ? o.Obj("key").Str("id") ?? o.Str("keyId") ?? (o.ContainsKey("fromMe") ? o.Str("id") : null) : null;

    private sealed record SandboxEvent(SandboxInstance Instance, SandboxHook Hook, string Name, string? Message, string Body);
}

/// <summary>A webhook under way: its first try has been answered; it is delivered or given up.</summary>
internal sealed record SandboxDelivery(Task First, Task Done)
{
    public static readonly SandboxDelivery None = new(Task.CompletedTask, Task.CompletedTask);
}
