using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Demo;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Hosting;

/// <summary>The order of a start: PostgreSQL, migrations, what every tenant has, and only then the web and its workers.</summary>
public static class ConsoleStart
{
    /// <summary>Returns the process's exit code when the console has stopped.</summary>
    public static async Task<int> RunConsoleAsync(this WebApplication app)
    {
        try
        {
            await app.Services.GetRequiredService<DatabaseStartup>().EnsureAsync();
            await MigrateAsync(app.Services);
            await EnsureSharedGatewaysAsync(app.Services);
            await TakeOverAsync(app.Services);
            if (app.Environment.IsDevelopment())
            {
                await using var scope = app.Services.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<DemoSeed>().EnsureAsync();
            }

            await app.Services.GetRequiredService<SandboxRestore>().EnsureAsync();
            // Only now: antiforgery asks for its keys while the pipeline is built, and the keys are in the database.
            app.UseConsole();
            WarnOfMissingAddress(app);
            await app.RunAsync();
            return 0;
        }
        catch (DatabaseStartException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            await app.DisposeAsync();
            return 1;
        }
    }

    internal static void WarnOfMissingAddress(WebApplication app)
    {
        if (!app.Environment.IsDevelopment() && app.Services.GetRequiredService<IOptions<SiteOptions>>().Value.PublicAddress is null)
        {
            app.Logger.LogWarning("Site:PublicAddress is not set, so no password reset links are sent");
        }
    }

    /// <exception cref="DatabaseStartException">Somebody else migrates here, and has not yet.</exception>
    internal static async Task MigrateAsync(IServiceProvider services)
    {
        var address = services.GetRequiredService<DatabaseAddress>();
        var app = new NpgsqlConnectionStringBuilder(address.AppConnectionString);
        if (address.OwnerConnectionString is { } owner)
        {
            await Migrator.MigrateAsync(owner, app.Username!);
            return;
        }

        await using var connection = await services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        if (!await MigrationState.IsCurrentAsync(connection, CancellationToken.None))
        {
            throw new DatabaseStartException(
                "The database lacks migrations of this version: set ConnectionStrings:ConsoleOwner, so that the console applies them when it starts."
            );
        }
    }

    /// <summary>The embedded database's lock says that there is no other copy: what a killed one had claimed is free at once.</summary>
    private static async Task TakeOverAsync(IServiceProvider services)
    {
        if (services.GetRequiredService<DatabaseAddress>().IsEmbedded)
        {
            await services.GetRequiredService<WorkList>().FreeAllAsync(CancellationToken.None);
        }
    }

    private static async Task EnsureSharedGatewaysAsync(IServiceProvider services)
    {
        var rows = services.GetRequiredService<SharedGatewayRows>();
        if (!rows.Any)
        {
            return;
        }

        List<TenantId> tenants;
        await using (var scope = services.CreateAsyncScope())
        {
            tenants = await scope.ServiceProvider.GetRequiredService<ConsoleDb>().Tenants.Select(t => t.Id).ToListAsync();
        }

        foreach (var tenant in tenants)
        {
            await rows.EnsureAsync(tenant);
        }
    }
}
