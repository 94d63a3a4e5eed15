using System.Net.Http.Json;
using System.Text.Json;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

namespace WhatsAI.Processes;

/// <summary>What a test or measurement makes happen in a sandbox. A refusal of the sandbox (409, 404, 400) throws with its sentence.</summary>
public sealed class SandboxControl(Uri address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(address.ToString().TrimEnd('/') + "/_control/") };

    /// <summary>Puts a number there without the API, as if it had been there before.</summary>
    public Task AddAsync(SandboxNumber number) => PostAsync("instances", number);

    /// <summary>A customer (or the number's own phone) writes. Ids of the messages, in order.</summary>
    public async Task<IReadOnlyList<string>> WriteAsync(string instance, SandboxWrite write)
    {
        var answer = await OwnAsync(instance, "write", write);
        return [.. answer.GetProperty("ids").EnumerateArray().Select(i => i.GetString()!)];
    }

    public async Task<string> WriteAsync(string instance, string text, string from = "5511977770001") =>
        (await WriteAsync(instance, new SandboxWrite { Text = text, From = from }))[0];

    public Task ScanAsync(string instance, string phone = "5511988880003") => OwnAsync(instance, "scan", new { phone });

    public Task PairAsync(string instance, string code) => OwnAsync(instance, "pair", new { code });

    /// <summary>401, 402, 403 and 406 end the session; any other code reconnects silently.</summary>
    public Task CloseAsync(string instance, int code, string? banCode = null, int? expireSeconds = null) =>
        OwnAsync(
            instance,
            "close",
            new
            {
                code,
                banCode,
                expireSeconds,
            }
        );

    /// <summary>A late "open" after a close; the live state stays as it is.</summary>
    public Task ZombieAsync(string instance) => OwnAsync(instance, "zombie", new { });

    public Task NextQrAsync(string instance) => OwnAsync(instance, "next-qr", new { });

    public Task EndQrAsync(string instance) => OwnAsync(instance, "end-qr", new { });

    public Task ReceiptAsync(string instance, string messageId, string status, bool byLid = false) =>
        OwnAsync(
            instance,
            "receipt",
            new
            {
                messageId,
                status,
                byLid,
            }
        );

    public Task TypingAsync(string instance, string from, string presence = "composing") =>
        OwnAsync(instance, "typing", new { from, presence });

    /// <summary>Any webhook, word for word.</summary>
    public Task PostWebhookAsync(string instance, string name, object? data) =>
        OwnAsync(instance, "post", new Dictionary<string, object?> { ["event"] = name, ["data"] = data });

    /// <summary>Changes some of <see cref="SandboxBehaviour"/>: <c>new { sendFault = "error-after", sendFaultTimes = 1 }</c>.</summary>
    public Task BehaveAsync(string instance, object changes) => OwnAsync(instance, "behaviour", changes);

    /// <summary>Changes some of <see cref="SandboxFaults"/> for the whole server: <c>new { reach = "drop" }</c>.</summary>
    public Task FaultsAsync(object changes) => PostAsync("faults", changes);

    public async Task<JsonElement> InstanceAsync(string instance)
    {
        var state = await _http.GetFromJsonAsync<JsonElement>("state");
        return state.GetProperty("instances").EnumerateArray().Single(i => i.GetProperty("name").GetString() == instance);
    }

    public void Dispose() => _http.Dispose();

    private Task<JsonElement> OwnAsync(string instance, string action, object body) =>
        PostAsync($"instances/{Uri.EscapeDataString(instance)}/{action}", body);

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync(path, body, SandboxJson.Options);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return answer.IsSuccessStatusCode
            ? json
            : throw new InvalidOperationException($"{(int)answer.StatusCode} {json.GetProperty("error").GetString()}");
    }
}
