using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

namespace WhatsAI.Tests.Messaging;

/// <summary>A server on a free port that answers what the test says, and keeps what it was asked.</summary>
internal sealed class GatewayStub : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GatewayStub(WebApplication app) => _app = app;

    public Func<HttpContext, Task> Answer { get; set; } = context => Task.CompletedTask;

    public List<Asked> Requests { get; } = [];

    public Asked Last => Requests[^1];

    public Uri Address { get; private set; } = null!;

    public GatewayConnection At => new(Address, "SERVER-KEY", "loja3", "INSTANCE-TOKEN");

    public static async Task<GatewayStub> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var stub = new GatewayStub(app);
        app.Run(stub.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        stub.Address = new Uri(app.Urls.Single());
        return stub;
    }

    public static EvolutionGateway Client(TimeSpan? longest = null) => new(GuardedHandler.Create(), longest);

    /// <summary>Answers with a recorded exchange's status and body.</summary>
    public void Replay(string name)
    {
        var response = Payload.Json($"http/{name}.json")["response"]!;
        Reply((int)response["status"]!, response["body"]!.ToJsonString());
    }

    public void Reply(int status, string body, params (string Name, string Value)[] headers) =>
        Answer = context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (status, "application/json; charset=utf-8");
            foreach (var (name, value) in headers)
            {
                context.Response.Headers[name] = value;
            }

            return context.Response.WriteAsync(body);
        };

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var request = context.Request;
        Requests.Add(
            new Asked(
                request.Method,
                request.Path + request.QueryString,
                request.Headers["apikey"],
                request.ContentType,
                Encoding.UTF8.GetString(body.ToArray())
            )
        );
        await Answer(context);
    }

    internal sealed record Asked(string Method, string Path, string? Key, string? ContentType, string Body)
    {
        public JsonNode Json => JsonNode.Parse(Body)!;
    }
}
