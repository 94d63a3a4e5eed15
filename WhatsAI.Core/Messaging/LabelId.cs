using WhatsAI.Core.Common;

namespace WhatsAI.Core.Messaging;

/// <summary>A label; here because a conversation's row names its labels, what a label is belongs to the inbox.</summary>
public readonly record struct LabelId(Guid Value) : IId<LabelId>
{
    public static LabelId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
