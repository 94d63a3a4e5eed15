using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using WhatsAI.Core.Common;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Web.Hosting;

/// <summary>
/// <c>WhatsAI.Web tenant add --name "…" --owner-email … [--owner-name …] [--password …] [--slug …] [--zone …] [--language …]</c> and
/// <c>WhatsAI.Web tenant list</c>: on the configured database, also while the console runs.
/// </summary>
public static class TenantCommand
{
    private const string Usage = """
        tenant add --name "Company" --owner-email owner@company.example [--owner-name "Owner"] [--password …]
                   [--slug company] [--zone America/Sao_Paulo] [--language pt-BR|en]
        tenant list
        """;

    public static bool IsMeant(string[] args) => args is ["tenant", ..];

    /// <summary>0 when done, 1 when refused, 2 when it was not understood.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var options = new ConfigurationBuilder().AddCommandLine([.. args.Skip(2)]).Build();
        var verb = args.ElementAtOrDefault(1);
        if (verb is not ("add" or "list") || (verb == "add" && (options["name"] is null || options["owner-email"] is null)))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        var builder = ConsoleHost.CreateBuilder([.. args.Skip(2)]);
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        try
        {
            await app.Services.GetRequiredService<DatabaseStartup>().AttachAsync();
            await ConsoleStart.MigrateAsync(app.Services);
            await using var scope = app.Services.CreateAsyncScope();
            await (verb == "add" ? AddAsync(scope.ServiceProvider, options) : ListAsync(scope.ServiceProvider));
            return 0;
        }
        catch (Exception e) when (e is DatabaseStartException or IdentityException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (RuleException e)
        {
            await Console.Error.WriteLineAsync($"{e.Key} {string.Join(' ', e.Values)}".Trim());
            return 1;
        }
    }

    private static async Task AddAsync(IServiceProvider services, IConfiguration options)
    {
        var email = options["owner-email"]!;
        var password = options["password"] ?? NewPassword();
        var created = await services
            .GetRequiredService<TenantCreation>()
            .CreateAsync(
                new NewTenant(
                    options["name"]!,
                    email,
                    options["owner-name"] ?? "",
                    password,
                    options["zone"] ?? "America/Sao_Paulo",
                    options["language"] ?? "pt-BR",
                    options["slug"]
                )
            );
        await Console.Out.WriteLineAsync($"{created.Slug}  {created.Id}");
        await Console.Out.WriteLineAsync($"owner: {email}");
        if (!created.OwnerIsNew)
        {
            await Console.Out.WriteLineAsync("The owner had an account already and keeps its password.");
        }
        else if (options["password"] is null)
        {
            await Console.Out.WriteLineAsync($"password: {password}");
        }
    }

    private static async Task ListAsync(IServiceProvider services)
    {
        var tenants = await services
            .GetRequiredService<ConsoleDb>()
            .Tenants.OrderBy(t => t.Name)
            .Select(t => new { t.Slug, t.Name })
            .ToListAsync();
        foreach (var tenant in tenants)
        {
            await Console.Out.WriteLineAsync($"{tenant.Slug}  {tenant.Name}");
        }
    }

    internal static string NewPassword() => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 16);
}
