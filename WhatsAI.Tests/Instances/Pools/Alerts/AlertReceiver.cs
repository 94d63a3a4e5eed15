using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace WhatsAI.Tests.Instances.Pools.Alerts;

/// <summary>What a channel posted.</summary>
internal sealed record Posted(string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>The other side of a channel: takes what is posted on a free port and answers as it is told.</summary>
internal sealed class AlertReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Posted> _posted = new();
    private readonly CancellationTokenSource _ends = new();

    public AlertReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.Run(TakeAsync);
    }

    public string Address => _app.Urls.First();

    public IReadOnlyList<Posted> All => [.. _posted];

    /// <summary>After so many posts before.</summary>
    public Func<HttpContext, int, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Answers nothing, until the other side has lost its patience.</summary>
    public async Task HangAsync(HttpContext http)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_ends.Token, http.RequestAborted);
        await Task.Delay(Timeout.Infinite, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public static async Task<AlertReceiver> StartAsync()
    {
        var receiver = new AlertReceiver();
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        await _app.DisposeAsync();
        _ends.Dispose();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var before = _posted.Count;
        _posted.Enqueue(
            new Posted(
                http.Request.Path,
                http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body
            )
        );
        await Answer(http, before);
    }
}
