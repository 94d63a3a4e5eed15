using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Quartz;
using WhatsAI.Infrastructure.Inbox.Csat;
using WhatsAI.Infrastructure.Inbox.Sla;

namespace WhatsAI.Infrastructure.Inbox.Later;

internal static class LaterRegistration
{
    public static void AddLater(this IServiceCollection services)
    {
        services.AddOptions<LaterOptions>().BindConfiguration(LaterOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<SnoozeReturn>();
        services.AddSingleton<ScheduledSender>();
        services.AddSingleton<SlaRecount>();
        services.AddSingleton<SlaWatch>();
        services.AddSingleton<CsatSender>();
        // In this order: what came back is measured again before anybody is told that it is late.
        services.AddSingleton<ILaterPart>(provider => provider.GetRequiredService<SnoozeReturn>());
        services.AddSingleton<ILaterPart>(provider => provider.GetRequiredService<ScheduledSender>());
        services.AddSingleton<ILaterPart>(provider => provider.GetRequiredService<SlaRecount>());
        services.AddSingleton<ILaterPart>(provider => provider.GetRequiredService<SlaWatch>());
        services.AddSingleton<ILaterPart>(provider => provider.GetRequiredService<CsatSender>());
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
