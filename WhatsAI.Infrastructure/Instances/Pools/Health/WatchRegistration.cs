using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Quartz;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

namespace WhatsAI.Infrastructure.Instances.Pools.Health;

internal static class WatchRegistration
{
    public static void AddWatch(this IServiceCollection services)
    {
        services.AddSingleton<TrafficHabits>();
        services.AddSingleton<PoolSupervisor>();
        services.AddSingleton<FailoverRun>();
        services.AddSingleton<WatchTools>();
        services.AddHostedService<WatchWorker>();
        services.AddSingleton<WatchSweep>();
        services.AddSingleton<DrillEnd>();
        services.AddSingleton<DrillTools>();
        services.AddScoped<FailoverActions>();
        // A console without a sandbox has none that is on.
        services.TryAddSingleton(new SandboxOptions());
        services.AddQuartz(quartz =>
            quartz.ScheduleJob<BanDetectionJob>(
                trigger => trigger.WithIdentity("ban-detection").WithSimpleSchedule(WatchSweep.Every),
                job => job.WithIdentity("ban-detection")
            )
        );
    }
}
