using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Infrastructure.Campaigns.Live;
using WhatsAI.Infrastructure.Campaigns.Planning;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Infrastructure.Campaigns.Running;
using WhatsAI.Infrastructure.Campaigns.Templates;

namespace WhatsAI.Infrastructure.Campaigns;

internal static class CampaignRegistration
{
    public static void AddCampaigns(this IServiceCollection services)
    {
        services.AddTemplates();
        services.AddScoped<CampaignDraftActions>();
        services.AddScoped<CampaignDraftQueries>();
        services.AddScoped<Audiences.AudienceQueries>();
        services.AddScoped<FlightPlans>();
        services.AddScoped<CampaignLaunching>();
        services.AddScoped<TestSendActions>();
        services.AddScoped<CampaignSteering>();
        services.AddScoped<CampaignSettingsActions>();
        services.AddSingleton<CampaignLiveRows>();
        services.AddScoped<CampaignLiveQueries>();
        services.AddScoped<RecipientQueries>();
        services.AddScoped<ExclusionQueries>();
        services.AddScoped<ProofQueries>();
        services.AddScoped<CampaignListQueries>();
        services.AddScoped<ContactCampaignQueries>();
        services.AddSingleton<SteeringTools>();
        services.AddSingleton<CampaignSignal>();
        services.AddSingleton<AudienceFreeze>();
        services.AddSingleton<ReleaseTurn>();
        services.AddSingleton<CampaignRunner>();
        services.AddSingleton<CampaignTools>();
        services.AddHostedService<CampaignWorker>();
    }
}
