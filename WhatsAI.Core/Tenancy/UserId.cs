using WhatsAI.Core.Common;

namespace WhatsAI.Core.Tenancy;

/// <summary>A person who signs in; belongs to tenants through memberships.</summary>
public readonly record struct UserId(Guid Value) : IId<UserId>
{
    public static UserId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
