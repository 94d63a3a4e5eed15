using WhatsAI.Core.Common;

namespace WhatsAI.Core.Instances.Pools.Failover;

public readonly record struct FailoverId(Guid Value) : IId<FailoverId>
{
    public static FailoverId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
