namespace WhatsAI.Infrastructure.Instances.Pools.Work;

/// <summary>One kind of work on a pool, in transactions of its own. It may be done twice by two copies: each thing happens once.</summary>
internal interface IPoolWork
{
    PoolWorkKind Kind { get; }

    /// <summary>How long after the turn's moment the pool is to be looked at again.</summary>
    Task<TimeSpan> RunAsync(PoolTurn turn, CancellationToken ct);
}
