using WhatsAI.Core.Common;

namespace WhatsAI.Core.Messaging;

/// <summary>One opening of a conversation, until its resolution.</summary>
public readonly record struct EpisodeId(Guid Value) : IId<EpisodeId>
{
    public static EpisodeId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
