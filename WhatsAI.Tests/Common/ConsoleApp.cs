using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Hosting;

namespace WhatsAI.Tests.Common;

/// <summary>The whole console in the test's process, with a database and files of its own, on a free port.</summary>
public sealed class ConsoleApp : IAsyncDisposable
{
    private readonly OwnDirectory _directory = new();
    private WebApplication _app = null!;

    public string Address => _app.Urls.First();

    public IServiceProvider Services => _app.Services;

    public LogLines Log { get; } = new();

    public string MailFolder => Path.Combine(_directory.Path, "mail");

    public static Task<ConsoleApp> StartAsync(params (string Key, string Value)[] settings) => StartAsync(_ => { }, settings);

    /// <param name="change">What the test puts in the place of a part.</param>
    public static async Task<ConsoleApp> StartAsync(Action<IServiceCollection> change, params (string Key, string Value)[] settings)
    {
        var console = new ConsoleApp();
        await MigratedCluster.CopyToAsync(console._directory.Path);
        var builder = ConsoleHost.CreateBuilder(["--environment", "Production"]);
        builder.Configuration.AddInMemoryCollection([
            new("Database:DataDirectory", console._directory.Path),
            new("Media:Directory", Path.Combine(console._directory.Path, "media")),
            new("Mail:Folder", console.MailFolder),
            .. settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)),
        ]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        // As much as an operator could ask for, of the program's own.
        builder
            .Logging.ClearProviders()
            .AddProvider(console.Log)
            .AddFilter("WhatsAI", LogLevel.Debug)
            .AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.HashCheaply();
        change(builder.Services);
        console._app = builder.Build();
        await console._app.Services.GetRequiredService<DatabaseStartup>().EnsureAsync();
        await ConsoleStart.MigrateAsync(console._app.Services);
        console._app.UseConsole();
        await console._app.StartAsync();
        return console;
    }

    /// <summary>A company and its owner, as the command line makes them.</summary>
    public async Task<CreatedTenant> AddTenantAsync(string email, string password, string name = "Aurora")
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<TenantCreation>()
            .CreateAsync(new NewTenant(name, email, "Ana Ribeiro", password));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _directory.DisposeAsync();
    }
}
