using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Quartz;

namespace WhatsAI.Infrastructure.Inbox.Later;

internal static class LaterRegistration
{
    public static void AddLater(this IServiceCollection services)
    {
        services.AddOptions<LaterOptions>().BindConfiguration(LaterOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<SnoozeReturn>();
        services.AddSingleton<ScheduledSender>();
        services.AddSingleton<LaterWork>();
        services.AddScoped<ScheduledMessageActions>();
        services.AddScoped<ScheduledMessageQueries>();
        services.AddQuartz(quartz =>
            quartz.ScheduleJob<LaterJob>(
                (provider, trigger) =>
                    trigger
                        .WithIdentity("later")
                        .WithSimpleSchedule(TimeSpan.FromSeconds(provider.GetRequiredService<IOptions<LaterOptions>>().Value.EverySeconds)),
                (_, job) => job.WithIdentity("later")
            )
        );
    }
}
