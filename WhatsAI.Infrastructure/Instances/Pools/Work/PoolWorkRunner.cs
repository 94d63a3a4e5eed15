using Microsoft.Extensions.Logging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Work;

/// <summary>Looks at the pools that are due, a few at once, until none is.</summary>
internal sealed class PoolWorkRunner(PoolWorkList list, IEnumerable<IPoolWork> works, ILogger<PoolWorkRunner> log)
{
    private const int AtOnce = 4;
    private readonly Dictionary<PoolWorkKind, IPoolWork> _works = works.ToDictionary(w => w.Kind);

    /// <summary>The database being away ends it: the next look finds the same.</summary>
    public async Task RunAsync(PoolWorkKind kind, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                var turns = await list.TakeAsync(kind, AtOnce, ct);
                if (turns.Count == 0)
                {
                    return;
                }

                await Task.WhenAll(turns.Select(t => RunAsync(t, ct)));
            }
        }
        catch (Exception e) when (DatabaseAway.Is(e))
        {
            log.LogInformation("{Kind} of pools cannot be looked at now ({Failure})", kind, e.GetType().Name);
        }
    }

    private async Task RunAsync(PoolTurn turn, CancellationToken ct)
    {
        using var scope = log.BeginScope(new Dictionary<string, object> { ["TenantId"] = turn.Tenant.Value, ["PoolId"] = turn.Pool.Value });
        try
        {
            await list.GiveBackAsync(turn, await _works[turn.Kind].RunAsync(turn, ct), ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The program stops: it is due again by itself.
        }
        catch (Exception e) when (!DatabaseAway.Is(e))
        {
            log.LogError(e, "{Kind} of {PoolId} of {TenantId} failed; it is tried again", turn.Kind, turn.Pool, turn.Tenant);
        }
    }
}
