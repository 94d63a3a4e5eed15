using WhatsAI.Core.Common;

namespace WhatsAI.Core.Inbox.Views;

public readonly record struct InboxViewId(Guid Value) : IId<InboxViewId>
{
    public static InboxViewId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
