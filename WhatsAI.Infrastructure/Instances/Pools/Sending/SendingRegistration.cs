using Microsoft.Extensions.DependencyInjection;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

internal static class SendingRegistration
{
    public static void AddCampaignLane(this IServiceCollection services)
    {
        services.AddSingleton<PaceClock>();
        services.AddSingleton<CampaignTurns>();
        services.AddSingleton<CampaignLane>();
        services.AddScoped<CampaignActions>();
        services.AddScoped<CampaignQueries>();
    }
}
