using WhatsAI.Core.Common;

namespace WhatsAI.Core.Instances;

/// <summary>A gateway server: address, kind and key.</summary>
public readonly record struct GatewayServerId(Guid Value) : IId<GatewayServerId>
{
    public static GatewayServerId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
