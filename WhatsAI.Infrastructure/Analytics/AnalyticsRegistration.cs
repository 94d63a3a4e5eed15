using Microsoft.Extensions.DependencyInjection;

namespace WhatsAI.Infrastructure.Analytics;

internal static class AnalyticsRegistration
{
    public static void AddAnalytics(this IServiceCollection services)
    {
        services.AddScoped<ReportQueries>();
        services.AddSingleton<LiveBoardRows>();
        services.AddScoped<LiveBoardQueries>();
    }
}
