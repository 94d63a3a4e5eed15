using WhatsAI.Core.Common;

namespace WhatsAI.Core.Messaging.Gaps;

/// <summary>A span of time in which messages of a number may have been missed.</summary>
public readonly record struct GapId(Guid Value) : IId<GapId>
{
    public static GapId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
