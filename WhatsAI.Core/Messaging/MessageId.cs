using WhatsAI.Core.Common;

namespace WhatsAI.Core.Messaging;

/// <summary>A message, in or out.</summary>
public readonly record struct MessageId(Guid Value) : IId<MessageId>
{
    public static MessageId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
