using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Quartz;

namespace WhatsAI.Infrastructure.Instances.Pools.Work;

internal static class PoolWorkRegistration
{
    public static void AddPoolWork(this IServiceCollection services)
    {
        services.AddOptions<PoolWorkOptions>().BindConfiguration(PoolWorkOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IPoolWork, SupervisionWork>();
        services.AddSingleton<IPoolWork, RotationWork>();
        services.AddSingleton<IPoolWork, WarmUpWork>();
        services.AddSingleton<IPoolWork, DailyWork>();
        services.AddSingleton<PoolWorkList>();
        services.AddSingleton<PoolWorkRunner>();
        services.AddQuartz(quartz =>
        {
            Add<SupervisionJob>(quartz, "pool-supervision", o => Math.Min(o.EverySeconds, 5));
            Add<RotationJob>(quartz, "pool-rotation");
            Add<WarmUpJob>(quartz, "pool-warm-up");
            Add<DailyJob>(quartz, "pool-daily");
        });
    }

    private static void Add<TJob>(IQuartzBuilder quartz, string name, Func<PoolWorkOptions, int>? every = null)
        where TJob : IJob =>
        quartz.ScheduleJob<TJob>(
            (provider, trigger) =>
            {
                var options = provider.GetRequiredService<IOptions<PoolWorkOptions>>().Value;
                trigger.WithIdentity(name).WithSimpleSchedule(TimeSpan.FromSeconds(every?.Invoke(options) ?? options.EverySeconds));
            },
            (_, job) => job.WithIdentity(name)
        );
}
