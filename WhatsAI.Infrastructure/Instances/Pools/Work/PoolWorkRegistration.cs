using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Quartz;

namespace WhatsAI.Infrastructure.Instances.Pools.Work;

internal static class PoolWorkRegistration
{
    public static void AddPoolWork(this IServiceCollection services)
    {
        services.AddOptions<PoolWorkOptions>().BindConfiguration(PoolWorkOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IPoolWork, RotationWork>();
        services.AddSingleton<IPoolWork, WarmUpWork>();
        services.AddSingleton<IPoolWork, DailyWork>();
        services.AddSingleton<PoolWorkList>();
        services.AddSingleton<PoolWorkRunner>();
        services.AddQuartz(quartz =>
        {
            Add<RotationJob>(quartz, "pool-rotation");
            Add<WarmUpJob>(quartz, "pool-warm-up");
            Add<DailyJob>(quartz, "pool-daily");
        });
    }

    private static void Add<TJob>(IQuartzBuilder quartz, string name)
        where TJob : IJob =>
        quartz.ScheduleJob<TJob>(
            (provider, trigger) =>
                trigger
                    .WithIdentity(name)
                    .WithSimpleSchedule(TimeSpan.FromSeconds(provider.GetRequiredService<IOptions<PoolWorkOptions>>().Value.EverySeconds)),
            (_, job) => job.WithIdentity(name)
        );
}
