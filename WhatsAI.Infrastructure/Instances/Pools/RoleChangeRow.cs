using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>One line of a member's history. It outlives the membership and the pool.</summary>
public sealed class RoleChangeRow : ITenantOwned
{
    public long Id { get; init; }

    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    /// <summary>The pool it was in then; it may be gone.</summary>
    public PoolId PoolId { get; init; }

    /// <summary>Null: it joined the pool as <see cref="To"/>.</summary>
    public MemberRole? From { get; init; }

    /// <summary>Null: it left the pool.</summary>
    public MemberRole? To { get; init; }

    public RoleCause Cause { get; init; }

    /// <summary>A resource key below "cause."; null where the cause says all.</summary>
    public string? Detail { get; init; }

    /// <summary>Who, where a person did it.</summary>
    public UserId? By { get; init; }

    /// <summary>The person's name then.</summary>
    public string? ByName { get; init; }

    public DateTimeOffset At { get; init; }
}
