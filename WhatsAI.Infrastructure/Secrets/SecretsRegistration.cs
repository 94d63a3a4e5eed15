using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Secrets;

public static class SecretsRegistration
{
    /// <summary>The master key, what is encrypted under it, and Data Protection on both. Usable once the database has started.</summary>
    public static IServiceCollection AddSecrets(this IServiceCollection services)
    {
        services.AddSingleton(LoadKey);
        services.AddSingleton<SecretBox>();
        services.AddDataProtection().SetApplicationName("whatsai-console");
        services
            .AddOptions<KeyManagementOptions>()
            .Configure<IServiceProvider>(
                (options, provider) =>
                {
                    // The pipeline asks for these while it is built, before the database has started.
                    options.XmlRepository = new DataProtectionKeyStore(provider);
                    options.XmlEncryptor = new SealedXmlEncryptor(provider);
                }
            );
        return services;
    }

    private static MasterKey LoadKey(IServiceProvider provider)
    {
        var variable = provider.GetRequiredService<IConfiguration>()[MasterKey.Variable];
        var key = MasterKey.Load(variable, provider.GetRequiredService<DatabaseAddress>().KeyFile);
        if (!key.IsPresent)
        {
            provider
                .GetRequiredService<ILogger<MasterKey>>()
                .LogWarning(
                    "{Variable} is not set: gateway keys cannot be read or stored, and sign-ins end with this process",
                    MasterKey.Variable
                );
        }

        return key;
    }
}
