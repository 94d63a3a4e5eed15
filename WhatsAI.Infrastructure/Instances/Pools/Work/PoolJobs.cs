using Quartz;

namespace WhatsAI.Infrastructure.Instances.Pools.Work;

/// <summary>Quartz wakes one copy at a time; which pools are due stands in pool_work, and the rules are elsewhere.</summary>
[DisallowConcurrentExecution]
internal sealed class RotationJob(PoolWorkRunner runner) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await runner.RunAsync(PoolWorkKind.Rotation, cancellationToken);
}

/// <inheritdoc cref="RotationJob"/>
[DisallowConcurrentExecution]
internal sealed class SupervisionJob(PoolWorkRunner runner) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await runner.RunAsync(PoolWorkKind.Supervision, cancellationToken);
}

/// <inheritdoc cref="RotationJob"/>
[DisallowConcurrentExecution]
internal sealed class WarmUpJob(PoolWorkRunner runner) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await runner.RunAsync(PoolWorkKind.WarmUp, cancellationToken);
}

/// <inheritdoc cref="RotationJob"/>
[DisallowConcurrentExecution]
internal sealed class DailyJob(PoolWorkRunner runner) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await runner.RunAsync(PoolWorkKind.Daily, cancellationToken);
}
