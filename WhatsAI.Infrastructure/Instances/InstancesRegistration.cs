using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Instances.Pools.Work;
using WhatsAI.Infrastructure.Instances.Standbys;

namespace WhatsAI.Infrastructure.Instances;

internal static class InstancesRegistration
{
    public static void AddInstances(this IServiceCollection services)
    {
        services
            .AddOptions<WebhookAddressOptions>()
            .BindConfiguration(WebhookAddressOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<GatewayConnections>();
        services.AddSingleton<ConnectionRecord>();
        services.AddSingleton<NumberGateway>();
        services.AddSingleton<NumberPlace>();
        services.AddSingleton<NumberWebhook>();
        services.AddScoped<InstanceActions>();
        services.AddSingleton<WallRows>();
        services.AddSingleton<WallTroubleRows>();
        services.AddScoped<InstanceQueries>();
        services.AddSingleton<PoolRows>();
        services.AddScoped<PoolQueries>();
        services.AddScoped<PoolActions>();
        services.AddScoped<PoolMemberActions>();
        services.AddScoped<PaceActions>();
        services.AddScoped<Tape.TapeQueries>();
        services.AddScoped<FailoverQueries>();
        services.AddScoped<JournalQueries>();
        services.AddScoped<JournalActions>();
        services.AddScoped<GatewayServerActions>();
        services.AddScoped<GatewayServerQueries>();
        services.AddSingleton<GatewayServerTools>();
        services.AddScoped<InstanceCreation>();
        services.AddScoped<InstanceDeletion>();
        services.AddScoped<PairingActions>();
        services.AddSingleton<ServerGates>();
        services.AddCampaignLane();
        services.AddSingleton<StandbyMove>();
        services.AddSingleton<StandbyWatch>();
        services.AddScoped<StandbyActions>();
        services.AddScoped<StandbyQueries>();
        services.AddSingleton<ProbeTools>();
        services.AddSingleton<InstanceProbe>();
        services.AddHostedService(provider => provider.GetRequiredService<InstanceProbe>());
        services.AddPoolWork();
        services.AddWatch();
    }
}
