using WhatsAI.Core.Common;

namespace WhatsAI.Core.Contacts;

/// <summary>A person the tenant talks with.</summary>
public readonly record struct ContactId(Guid Value) : IId<ContactId>
{
    public static ContactId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
