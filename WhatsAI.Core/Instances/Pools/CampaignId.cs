using WhatsAI.Core.Common;

namespace WhatsAI.Core.Instances.Pools;

/// <summary>Under whose name messages wait at a pool: what is held, counted and judged together.</summary>
public readonly record struct CampaignId(Guid Value) : IId<CampaignId>
{
    public static CampaignId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
