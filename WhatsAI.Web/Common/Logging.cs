using System.Globalization;
using Serilog;
using Serilog.Context;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Web.Common;

/// <summary>
/// Logs to the console and, as JSON, to a file a day (Logging:Directory). Never in a log: message texts, tokens, whole phone
/// numbers, query strings, the secret part of a webhook's address.
/// </summary>
public static class Logging
{
    private const string Template = "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj} {TenantId} {InstanceId} {RequestId}{NewLine}{Exception}";

    public static void AddConsoleLogging(this WebApplicationBuilder builder)
    {
        var directory = builder.Configuration["Logging:Directory"] ?? "logs";
        var file = Path.GetFullPath(Path.Combine(directory, "console-.json"), builder.Environment.ContentRootPath);
        var days = builder.Configuration.GetValue("Logging:Days", 14);
        var logger = new LoggerConfiguration()
            .MinimumLevel.Information()
            // Their own request lines show whole addresses.
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("System.Net.Http.HttpClient", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
            .MinimumLevel.Override("Quartz", LogEventLevel.Warning)
            .ReadFrom.Configuration(builder.Configuration)
            // Whose work waits for the database says so in a line; the scheduler would with whole stacks, and tries again all the same.
            .Filter.ByExcluding(IsSchedulerWaiting)
            .Enrich.FromLogContext()
            .Enrich.With<HiddenPath>()
            .WriteTo.Console(outputTemplate: Template, formatProvider: CultureInfo.InvariantCulture)
            .WriteTo.File(
                new JsonFormatter(renderMessage: true, formatProvider: CultureInfo.InvariantCulture),
                file,
                rollingInterval: RollingInterval.Day,
                // By age: a noisy day must not push the quiet ones out.
                retainedFileCountLimit: null,
                retainedFileTimeLimit: days > 0 ? TimeSpan.FromDays(days) : null,
                fileSizeLimitBytes: 100 * 1024 * 1024,
                rollOnFileSizeLimit: true
            )
            .CreateLogger();
        builder.Logging.ClearProviders().AddSerilog(logger, dispose: true);
    }

    /// <summary>One line per request, with its id; before everything that may answer.</summary>
    public static void UseRequestLog(this IApplicationBuilder app) =>
        app.Use(
            async (context, next) =>
            {
                var log = context.RequestServices.GetRequiredService<ILogger<HttpRequest>>();
                var started = TimeProvider.System.GetTimestamp();
                using var id = LogContext.PushProperty("RequestId", context.TraceIdentifier);
                try
                {
                    await next(context);
                }
                finally
                {
                    log.Log(
                        LevelOf(context),
                        "{Method} {Path} {Status} in {Milliseconds} ms",
                        context.Request.Method,
                        ShownPath(context.Request.Path),
                        context.Response.StatusCode,
                        (int)TimeProvider.System.GetElapsedTime(started).TotalMilliseconds
                    );
                }
            }
        );

    /// <summary>Whoever knows a webhook's route may be believed to be the gateway, so the log does not know it.</summary>
    internal static string ShownPath(string? path)
    {
        var parts = (path ?? "").Split('/');
        return parts.Length > 3 && parts[1].Equals("hooks", StringComparison.OrdinalIgnoreCase) ? $"/hooks/{parts[2]}/***" : path ?? "";
    }

    internal static bool IsSchedulerWaiting(LogEvent logEvent)
    {
        var isQuartz =
            logEvent.Properties.TryGetValue(Constants.SourceContextPropertyName, out var source)
            && source is ScalarValue { Value: string name }
            && name.StartsWith("Quartz.", StringComparison.Ordinal);
        for (var cause = isQuartz ? logEvent.Exception : null; cause is not null; cause = cause.InnerException)
        {
            if (DatabaseAway.Is(cause))
            {
                return true;
            }
        }

        return false;
    }

    // Circuits, files, probes and webhooks come by the thousand; they are told where somebody asks for Debug, or when they fail.
    private static LogLevel LevelOf(HttpContext context)
    {
        var path = context.Request.Path;
        string[] many = ["/_blazor", "/_framework", "/_content", "/css", "/js", "/health", "/metrics", "/hooks"];
        return context.Response.StatusCode >= 500 ? LogLevel.Error
            : many.Any(m => path.StartsWithSegments(m, StringComparison.OrdinalIgnoreCase)) ? LogLevel.Debug
            : LogLevel.Information;
    }

    /// <summary>ASP.NET Core adds the whole path to every line written during a request.</summary>
    private sealed class HiddenPath : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
        {
            if (logEvent.Properties.TryGetValue("RequestPath", out var value) && value is ScalarValue { Value: string path })
            {
                logEvent.AddOrUpdateProperty(new LogEventProperty("RequestPath", new ScalarValue(ShownPath(path))));
            }
        }
    }
}
