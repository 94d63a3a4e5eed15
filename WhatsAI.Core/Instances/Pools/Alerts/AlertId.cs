using WhatsAI.Core.Common;

namespace WhatsAI.Core.Instances.Pools.Alerts;

public readonly record struct AlertId(Guid Value) : IId<AlertId>
{
    public static AlertId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
