using WhatsAI.Core.Common;

namespace WhatsAI.Core.Messaging;

/// <summary>The thread with one counterpart through one serving instance.</summary>
public readonly record struct ConversationId(Guid Value) : IId<ConversationId>
{
    public static ConversationId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
