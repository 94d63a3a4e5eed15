using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>
/// The sandbox as a process of its own: <c>WhatsAI.Web --sandbox --urls http://127.0.0.1:5090 --log FILE --key KEY --seed N</c>, further
/// options as <c>--Sandbox:FirstRetryDelay=00:00:00.1</c>. No database, no console; port 0 takes a free one, and the first line says which.
/// </summary>
public static class SandboxProgram
{
    public const string Switch = "--sandbox";
    public const string Ready = "sandbox listening on ";

    private static readonly Dictionary<string, string> Switches = new()
    {
        ["--log"] = $"{SandboxOptions.Section}:{nameof(SandboxOptions.LogFile)}",
        ["--key"] = $"{SandboxOptions.Section}:{nameof(SandboxOptions.ApiKey)}",
        ["--seed"] = $"{SandboxOptions.Section}:{nameof(SandboxOptions.Seed)}",
    };

    public static async Task<int> RunAsync(string[] args)
    {
        // the console's settings file must not reach it: its Kestrel endpoints would win over --urls
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddCommandLine([.. args.Where(a => a != Switch)], Switches);
        builder.WebHost.UseKestrelCore();
        builder.Logging.AddSimpleConsole();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddRoutingCore();
        builder.Services.AddSandbox(builder.Configuration);
        await using var app = builder.Build();
        app.Urls.Add(builder.Configuration["urls"] ?? "http://127.0.0.1:5090");
        app.UseRouting();
        app.MapSandbox("");
        await app.StartAsync();

        var address = app.Urls.First();
        app.Services.GetRequiredService<SandboxServer>().Options.BaseAddress = address;
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Ready}{address}"));
        await ((IHost)app).WaitForShutdownAsync();
        return 0;
    }

    /// <summary>The server and its seed as singletons; the routes are opened by <see cref="SandboxEndpoints.MapSandbox"/>.</summary>
    public static IServiceCollection AddSandbox(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.GetSection(SandboxOptions.Section).Get<SandboxOptions>() ?? new SandboxOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(s => new SandboxServer(options, s.GetRequiredService<TimeProvider>()));
        return services.AddSingleton<SandboxSeed>();
    }
}
