using WhatsAI.Core.Common;

namespace WhatsAI.Core.Inbox;

public readonly record struct CannedResponseId(Guid Value) : IId<CannedResponseId>
{
    public static CannedResponseId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
