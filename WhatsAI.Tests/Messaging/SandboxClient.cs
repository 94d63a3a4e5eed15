using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging;

/// <summary>Calls as a script would make them, without the production client: the sandbox is judged by the protocol alone.</summary>
internal sealed class SandboxClient(SandboxProcess sandbox) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = sandbox.Address, Timeout = TimeSpan.FromSeconds(20) };

    public Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path, string? key = SandboxProcess.Key) =>
        CallAsync(HttpMethod.Get, path, null, key);

    public Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, object body, string? key = SandboxProcess.Key) =>
        CallAsync(HttpMethod.Post, path, JsonContent.Create(body), key);

    public Task<(HttpStatusCode Status, JsonElement Body)> DeleteAsync(string path, object? body = null) =>
        CallAsync(HttpMethod.Delete, path, body is null ? null : JsonContent.Create(body), SandboxProcess.Key);

    /// <summary>An instance that asks for a QR and posts to the receiver.</summary>
    public async Task CreateAsync(string name, WebhookReceiver receiver, object? headers = null, string[]? events = null)
    {
        var (status, _) = await PostAsync(
            "/instance/create",
            new
            {
                instanceName = name,
                integration = "WHATSAPP-BAILEYS",
                qrcode = true,
                token = name + "-token",
                number = "5511988880003",
                webhook = new
                {
                    enabled = true,
                    url = receiver.Url(name),
                    byEvents = false,
                    base64 = false,
                    headers = headers ?? new { },
                    events = events ?? [],
                },
            }
        );
        status.ShouldBe(HttpStatusCode.Created);
    }

    /// <summary>A connected instance; the webhooks of connecting have arrived.</summary>
    public async Task OpenAsync(string name, WebhookReceiver receiver)
    {
        await CreateAsync(name, receiver);
        await sandbox.Control.ScanAsync(name);
        await Wait.UntilAsync(
            () => receiver.Of(name, "connection.update").Any(w => w.Data.GetProperty("state").GetString() == "open"),
            "open"
        );
    }

    public Task<(HttpStatusCode Status, JsonElement Body)> SendTextAsync(string name, string text, string number = "5511977770001") =>
        PostAsync($"/message/sendText/{name}", new { number, text });

    public async Task<(HttpStatusCode Status, JsonElement Body)> CallAsync(HttpMethod method, string path, HttpContent? body, string? key)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (key is not null)
        {
            request.Headers.Add("apikey", key);
        }

        using var answer = await _http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    public void Dispose() => _http.Dispose();
}
