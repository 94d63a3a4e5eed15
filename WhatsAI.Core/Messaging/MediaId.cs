using WhatsAI.Core.Common;

namespace WhatsAI.Core.Messaging;

/// <summary>A stored media file as one tenant knows it.</summary>
public readonly record struct MediaId(Guid Value) : IId<MediaId>
{
    public static MediaId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
