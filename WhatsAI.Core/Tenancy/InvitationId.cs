using WhatsAI.Core.Common;

namespace WhatsAI.Core.Tenancy;

/// <summary>An invitation into a tenant.</summary>
public readonly record struct InvitationId(Guid Value) : IId<InvitationId>
{
    public static InvitationId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
