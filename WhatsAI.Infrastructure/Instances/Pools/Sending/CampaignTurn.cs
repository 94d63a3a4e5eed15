using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Messaging.Outbound;

namespace WhatsAI.Infrastructure.Instances.Pools.Sending;

/// <summary>What a number gets from its pool when none of its answers is due.</summary>
/// <param name="Attempt">Counted and in the ledger already; null: nothing now.</param>
/// <param name="Wait">When to ask again; null: not unless somebody makes it due.</param>
public sealed record CampaignTurn(Attempt? Attempt, TimeSpan? Wait = null)
{
    public static readonly CampaignTurn Nothing = new((Attempt?)null);

    /// <summary>Another number of the pool that the message was left to, to be woken after the commit.</summary>
    public InstanceId? Wakes { get; init; }

    internal static CampaignTurn Later(TimeSpan? wait) => new(null, wait);
}

/// <summary>The turns of the numbers of one transaction.</summary>
public sealed record CampaignTake(IReadOnlyDictionary<InstanceId, CampaignTurn> Turns)
{
    public static readonly CampaignTake Nothing = new(new Dictionary<InstanceId, CampaignTurn>());

    /// <summary>A campaign was held, or a person was made known, while a message was being taken: the transaction must be undone and begun anew.</summary>
    public static readonly CampaignTake Overtaken = Nothing with { IsOvertaken = true };

    public bool IsOvertaken { get; private init; }

    /// <summary>Messages that never go out, dropped on the way.</summary>
    public int Skipped { get; init; }

    /// <summary>The pools whose queues are shorter now.</summary>
    public IReadOnlyCollection<PoolId> Moved { get; init; } = [];

    public CampaignTurn Of(InstanceId instance) => Turns.GetValueOrDefault(instance, CampaignTurn.Nothing);
}
