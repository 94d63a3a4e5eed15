using WhatsAI.Core.Common;

namespace WhatsAI.Core.Messaging;

/// <summary>A team (department); here because a conversation names its team, what a team is belongs to the inbox.</summary>
public readonly record struct TeamId(Guid Value) : IId<TeamId>
{
    public static TeamId From(Guid value) => new(value);

    public override string ToString() => Value.ToString();
}
