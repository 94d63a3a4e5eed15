using Microsoft.Extensions.Options;
using WhatsAI.Infrastructure.Instances.Pools.Failover;

namespace WhatsAI.Infrastructure.Instances.Pools.Work;

/// <summary>
/// What time alone brings about: a quarantine that is over, an incident that excused a number and has ended. What a signal brings about is done at once, where
/// the signal is judged; both decide under the pool's lock.
/// </summary>
internal sealed class SupervisionWork(PoolSupervisor supervisor, FailoverRun failovers, IOptions<PoolWorkOptions> options) : IPoolWork
{
    public PoolWorkKind Kind => PoolWorkKind.Supervision;

    public async Task<TimeSpan> RunAsync(PoolTurn turn, CancellationToken ct)
    {
        foreach (var failover in await supervisor.RunAsync(turn.Tenant, turn.Pool, ct))
        {
            await failovers.FinishAsync(turn.Tenant, failover, ct);
        }

        return TimeSpan.FromSeconds(options.Value.SupervisionSeconds);
    }
}
