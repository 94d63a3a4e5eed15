using WhatsAI.Core.Common;

namespace WhatsAI.Core.Inbox.Notices;

public readonly record struct NoticeId(Guid Value) : IId<NoticeId>
{
    public static NoticeId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
