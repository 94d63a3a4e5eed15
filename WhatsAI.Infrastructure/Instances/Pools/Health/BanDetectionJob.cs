using Quartz;

namespace WhatsAI.Infrastructure.Instances.Pools.Health;

/// <summary>Quartz wakes one copy at a time; what is due stands in the work list, and the rules are elsewhere.</summary>
[DisallowConcurrentExecution]
public sealed class BanDetectionJob(WatchSweep sweep) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await sweep.RunAsync(cancellationToken);
}
