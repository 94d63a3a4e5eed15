using Microsoft.Extensions.DependencyInjection;

namespace WhatsAI.Infrastructure.Campaigns.Proposals;

internal static class ProposalRegistration
{
    public static void AddProposals(this IServiceCollection services)
    {
        services.AddOptions<AiOptions>().BindConfiguration(AiOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<WordingHttp>();
        services.AddSingleton<IWordingProvider, OpenAiWordings>();
        services.AddSingleton<IWordingProvider, AnthropicWordings>();
        services.AddSingleton<ProposalTools>();
        services.AddScoped<ProposalActions>();
        services.AddScoped<AiSettingsActions>();
        services.AddScoped<AiSettingsQueries>();
    }
}
