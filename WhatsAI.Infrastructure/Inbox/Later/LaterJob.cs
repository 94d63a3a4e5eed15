using Quartz;

namespace WhatsAI.Infrastructure.Inbox.Later;

/// <summary>Quartz wakes one copy at a time; what is due stands in the work list, and the rules are elsewhere.</summary>
[DisallowConcurrentExecution]
public sealed class LaterJob(LaterWork work) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await work.RunAsync(cancellationToken);
}
