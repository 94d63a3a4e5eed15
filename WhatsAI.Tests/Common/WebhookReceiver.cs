using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace WhatsAI.Tests.Common;

/// <summary>Takes webhooks on a free port and answers as it is told. Keeps them in the order of arrival.</summary>
public sealed class WebhookReceiver : IAsyncLifetime
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedWebhook> _received = new();

    public WebhookReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.Run(TakeAsync);
    }

    /// <summary>The status for a webhook; how many came before it in all.</summary>
    public Func<ReceivedWebhook, int> Answer { get; set; } = _ => 200;

    /// <summary>Where an instance of this name is to post.</summary>
    public string Url(string instance) => $"{_app.Urls.First()}/hook/{instance}";

    public ValueTask InitializeAsync() => new(_app.StartAsync());

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    public IReadOnlyList<ReceivedWebhook> Of(string instance, string? name = null) =>
        [.. _received.Where(w => w.Instance == instance && (name is null || w.Event == name))];

    /// <summary>The instance's webhooks of this event, once there are so many.</summary>
    public async Task<IReadOnlyList<ReceivedWebhook>> WaitAsync(string instance, string name, int count = 1)
    {
        await Wait.UntilAsync(() => Of(instance, name).Count >= count, $"{count} x {name} of {instance}");
        return Of(instance, name);
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        var webhook = new ReceivedWebhook(
            http.Request.Path,
            http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.RootElement.Clone()
        );
        http.Response.StatusCode = Answer(webhook);
        _received.Enqueue(webhook);
    }
}

public sealed record ReceivedWebhook(string Path, IReadOnlyDictionary<string, string> Headers, JsonElement Body)
{
    public string Instance => Body.GetProperty("instance").GetString()!;

    public string Event => Body.GetProperty("event").GetString()!;

    public JsonElement Data => Body.GetProperty("data");
}
