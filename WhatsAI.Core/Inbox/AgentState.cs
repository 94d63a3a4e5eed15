using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox;

/// <summary>A member as one who answers: side row of the membership, made when it is first needed.</summary>
public sealed class AgentState : ITenantOwned
{
    public const int MaxCapacity = 1_000;

    public TenantId TenantId { get; init; }

    public UserId UserId { get; init; }

    /// <summary>What he said of himself last.</summary>
    public Presence Presence { get; init; }

    /// <summary>The most open conversations he is given by the program; null: no limit. By hand he may be given more.</summary>
    public int? Capacity { get; init; }

    /// <summary>When he was last given a conversation by the program.</summary>
    public DateTimeOffset? LastGivenAt { get; init; }

    /// <summary>When one of his windows was last known to be open; kept by each copy of the program for the windows it serves.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <exception cref="RuleException">Less than one, or more than <see cref="MaxCapacity"/>.</exception>
    public static int? CheckCapacity(int? capacity) =>
        capacity is null or (>= 1 and <= MaxCapacity) ? capacity : throw new RuleException("agent.capacity-invalid", MaxCapacity);
}
