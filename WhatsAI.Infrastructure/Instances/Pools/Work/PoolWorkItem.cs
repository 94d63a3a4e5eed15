using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Work;

/// <summary>What is looked at in a pool again and again.</summary>
public enum PoolWorkKind
{
    /// <summary>Numbers that failed, came back, or whose quarantine is over.</summary>
    Supervision,

    /// <summary>The preventive change of numbers.</summary>
    Rotation,

    /// <summary>Numbers that climb their ramp, or are done with it.</summary>
    WarmUp,

    /// <summary>The company's calendar day ended: it is written down, and the next one's capacity is there.</summary>
    Daily,
}

/// <summary>
/// When a pool is to be looked at next, one row per pool and kind: outside the tenants' wall because it holds ids only. A trigger on pools makes the rows, so
/// that whoever makes a pool cannot forget them.
/// </summary>
public sealed class PoolWorkItem
{
    public PoolWorkKind Kind { get; init; }

    public PoolId PoolId { get; init; }

    public TenantId TenantId { get; init; }

    /// <summary>Put ahead a little by who takes it: if that copy dies, it is due again then.</summary>
    public DateTimeOffset DueAt { get; init; }
}
