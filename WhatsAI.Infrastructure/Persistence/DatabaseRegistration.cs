using Microsoft.Extensions.DependencyInjection;

namespace WhatsAI.Infrastructure.Persistence;

public static class DatabaseRegistration
{
    /// <summary>The address and its startup; <see cref="DatabaseStartup.EnsureAsync"/> must run before anything else is resolved.</summary>
    public static IServiceCollection AddConsoleDatabase(this IServiceCollection services)
    {
        services.AddOptions<DatabaseOptions>().BindConfiguration(DatabaseOptions.Section);
        services.AddOptions<DatabaseConnectionOptions>().BindConfiguration(DatabaseConnectionOptions.Section);
        return services.AddSingleton<DatabaseAddress>().AddSingleton<DatabaseStartup>();
    }
}
