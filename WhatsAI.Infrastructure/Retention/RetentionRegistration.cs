using Microsoft.Extensions.DependencyInjection;

namespace WhatsAI.Infrastructure.Retention;

internal static class RetentionRegistration
{
    public static void AddRetention(this IServiceCollection services)
    {
        services.AddOptions<RetentionOptions>().BindConfiguration(RetentionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        // In this order: an echo goes back to the queue before its event is looked at, a row lets go of its file before the file is.
        services.AddSingleton<IRetentionRule, EchoRetention>();
        services.AddSingleton<IRetentionRule, JournalRetention>();
        services.AddSingleton<IRetentionRule, WaitingRetention>();
        services.AddSingleton<IRetentionRule, ConnectionLogRetention>();
        services.AddSingleton<IRetentionRule, PaceDayRetention>();
        services.AddSingleton<IRetentionRule, RouteRetention>();
        services.AddSingleton<IRetentionRule, NoticeRetention>();
        services.AddSingleton<IRetentionRule, AlertRetention>();
        services.AddSingleton<IRetentionRule, ImportRetention>();
        services.AddSingleton<IRetentionRule, MediaRetention>();
        services.AddSingleton<IRetentionRule, MediaFileRetention>();
        services.AddSingleton<RetentionSweep>();
        services.AddHostedService<RetentionLoop>();
    }
}
