using WhatsAI.Core.Common;

namespace WhatsAI.Core.Inbox.Later;

public readonly record struct ScheduledMessageId(Guid Value) : IId<ScheduledMessageId>
{
    public static ScheduledMessageId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
