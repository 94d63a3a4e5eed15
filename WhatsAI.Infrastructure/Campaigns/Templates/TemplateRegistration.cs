using Microsoft.Extensions.DependencyInjection;

namespace WhatsAI.Infrastructure.Campaigns.Templates;

internal static class TemplateRegistration
{
    public static void AddTemplates(this IServiceCollection services)
    {
        services.AddScoped<TemplateActions>();
        services.AddScoped<TemplateQueries>();
    }
}
