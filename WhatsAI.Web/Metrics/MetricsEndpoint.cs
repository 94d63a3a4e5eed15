using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using WhatsAI.Infrastructure.Instances.Pools.Status;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Web.Metrics;

/// <summary><c>GET /metrics</c> for Prometheus and the like, in its text format 0.0.4. It says how busy a company is, so it is not for everybody.</summary>
public static class MetricsEndpoint
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    // A proxy on this machine comes from loopback as well, for whoever is behind it.
    private static readonly string[] _ofProxies =
    [
        "Forwarded",
        "Via",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Original-For",
        "X-Original-Host",
        "X-Original-Proto",
        "X-Real-IP",
    ];

    public static void AddMetricsPage(this IServiceCollection services)
    {
        services.AddOptions<MetricsOptions>().BindConfiguration(MetricsOptions.Section);
        services.AddSingleton<MetricsCollector>();
        // Listening from the start, or what happened before the first reader came would be missing.
        services.AddHostedService(provider => provider.GetRequiredService<MetricsCollector>());
    }

    public static void MapMetrics(this IEndpointRouteBuilder app) => app.MapGet("/metrics", ReadAsync).AllowAnonymous();

    private static async Task<IResult> ReadAsync(
        HttpContext context,
        IOptions<MetricsOptions> options,
        MetricsCollector collector,
        DatabaseMeter database,
        NumberMeter numbers
    )
    {
        switch (options.Value.Token)
        {
            case { Length: > 0 } token when !Carries(context.Request, token):
                context.Response.Headers.WWWAuthenticate = "Bearer";
                return Results.StatusCode(StatusCodes.Status401Unauthorized);
            case null or "" when !IsFromThisMachine(context):
                return Results.NotFound();
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(_patience);
        await database.ReadAsync(limit.Token);
        await numbers.ReadAsync(limit.Token);
        return Results.Text(collector.Write(), "text/plain; version=0.0.4", Encoding.UTF8);
    }

    private static bool Carries(HttpRequest request, string token) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString())),
            SHA256.HashData(Encoding.UTF8.GetBytes("Bearer " + token))
        );

    private static bool IsFromThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address)
        && (
            context.Request.Host.Host == "localhost"
            || (IPAddress.TryParse(context.Request.Host.Host, out var host) && IPAddress.IsLoopback(host))
        )
        && !_ofProxies.Any(context.Request.Headers.ContainsKey);
}
