using WhatsAI.Core.Common;

namespace WhatsAI.Core.Instances.Pools;

public readonly record struct PoolId(Guid Value) : IId<PoolId>
{
    public static PoolId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
