using WhatsAI.Core.Common;

namespace WhatsAI.Core.Tenancy;

/// <summary>A customer company; owns everything below it.</summary>
public readonly record struct TenantId(Guid Value) : IId<TenantId>
{
    public static TenantId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
