using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Quartz;
using WhatsAI.Infrastructure.Persistence.Postgres;

namespace WhatsAI.Infrastructure.Scheduling;

/// <summary>
/// Quartz wakes jobs, one copy of the console at a time. Its tables lie in a schema of their own, made by itself after the migrations; they hold when to wake
/// and nothing of any company.
/// </summary>
internal static class SchedulerRegistration
{
    /// <summary>The data source's key in the container: every name that Quartz uses is looked for in its own schema.</summary>
    private const string Source = "quartz";

    public static void AddScheduler(this IServiceCollection services, Func<IServiceProvider, string> connectionString)
    {
        services.AddKeyedSingleton<DbDataSource>(
            Source,
            (provider, _) =>
                new NpgsqlDataSourceBuilder(
                    new NpgsqlConnectionStringBuilder(connectionString(provider))
                    {
                        SearchPath = ClusterProvision.QuartzSchema,
                        // It works one thing at a time; what it holds is not the console's.
                        MaxPoolSize = 4,
                    }.ConnectionString
                )
                {
                    Name = Source,
                }.Build()
        );
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(s =>
            {
                s.InstanceName = "console";
                s.MaxBatchSize = 1;
            });
            // One for each job, so that none waits for another's long look.
            quartz.UseDefaultThreadPool(7);
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(source => source.DataSourceServiceKey = Source);
                store.UseClustering(cluster =>
                {
                    // A copy that was killed is taken for dead as fast as its claims lapse.
                    cluster.CheckinInterval = TimeSpan.FromSeconds(10);
                    cluster.CheckinMisfireThreshold = TimeSpan.FromSeconds(15);
                });
                store.ProvisionSchema();
                store.ConfigureStore(s => s.UseBackgroundThreads = true);
            });
        });
        services.AddQuartzHostedService(o => o.WaitForJobsToComplete = true);
    }
}
