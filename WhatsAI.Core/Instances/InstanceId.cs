using WhatsAI.Core.Common;

namespace WhatsAI.Core.Instances;

/// <summary>One WhatsApp number connected through one gateway server. It is also the name the gateway knows the number by.</summary>
public readonly record struct InstanceId(Guid Value) : IId<InstanceId>
{
    public static InstanceId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
