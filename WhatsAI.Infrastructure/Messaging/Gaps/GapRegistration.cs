using Microsoft.Extensions.DependencyInjection;

namespace WhatsAI.Infrastructure.Messaging.Gaps;

internal static class GapRegistration
{
    public static void AddGaps(this IServiceCollection services)
    {
        services.AddSingleton<GapReader>();
        services.AddSingleton<GapReports>();
        services.AddScoped<GapActions>();
        services.AddScoped<GapQueries>();
        services.AddHostedService<GapFiller>();
        services.AddHostedService<ConsolePulse>();
    }
}
