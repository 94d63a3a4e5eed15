using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Instances.Pools;

/// <summary>How campaign messages are shared out among the numbers that may send now. A contact's own number comes first in each, where the pool is sticky.</summary>
public enum PoolStrategy
{
    /// <summary>Every number as many messages a day as the others.</summary>
    EqualShare,

    /// <summary>The number that has used least of what it may send today, so that one that is still warming gets fewer.</summary>
    LeastUsed,

    /// <summary>Shares in proportion to each number's health.</summary>
    WeightedByHealth,
}

/// <summary>Numbers that serve one purpose together.</summary>
public sealed class Pool : ITenantOwned
{
    public const int MaxNameLength = 60;

    private Pool() { }

    /// <param name="official">Cloud API numbers. Fixed for the pool's life: the two kinds have nothing in common that could be shared.</param>
    /// <exception cref="RuleException">The name is empty or too long.</exception>
    public Pool(PoolId id, TenantId tenantId, string name, bool official, DateTimeOffset now)
    {
        (Id, TenantId, IsOfficial, CreatedAt) = (id, tenantId, official, now);
        Rename(name);
    }

    public PoolId Id { get; private set; }

    public TenantId TenantId { get; private set; }

    /// <summary>What the numbers are for, in people's words; unique among the company's pools, whatever the case.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The limit belongs to the whole business portfolio: another number adds no capacity, nothing is rotated, and nothing moves when one is restricted.</summary>
    public bool IsOfficial { get; private set; }

    public PoolStrategy Strategy { get; private set; } = PoolStrategy.LeastUsed;

    /// <summary>Whether a contact hears from the number it already talks with, while that one may send today.</summary>
    public bool IsSticky { get; private set; } = true;

    public PacePolicy Pace { get; private set; } = new();

    /// <summary>Days of service after which an active number rests; 0 for never.</summary>
    public int RotationDays { get; private set; } = Rotation.DefaultDays;

    /// <summary>The preventive change that was announced, until it is done or dropped.</summary>
    public RotationPlan? Announced { get; private set; }

    public FailoverPolicy Failover { get; private set; } = new();

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    /// <exception cref="RuleException">Empty, or longer than <see cref="MaxNameLength"/>.</exception>
    public void Rename(string name)
    {
        var trimmed = name.Trim();
        Name = trimmed.Length is > 0 and <= MaxNameLength ? trimmed : throw new RuleException("pool.name-invalid", MaxNameLength);
    }

    public void Share(PoolStrategy strategy, bool sticky) => (Strategy, IsSticky) = (strategy, sticky);

    /// <exception cref="RuleException">The policy asks for more than is allowed to anybody.</exception>
    public void SetPace(PacePolicy policy) => Pace = policy.Checked();

    /// <param name="days">0 for never, else 2 to 365: the change is announced the day before.</param>
    /// <exception cref="RuleException">Another number of days, or any on official numbers.</exception>
    public void Rotate(int days) =>
        RotationDays = days is 0 || (days is >= 2 and <= 365 && !IsOfficial) ? days : throw new RuleException("pool.rotation-invalid");

    public void Announce(RotationPlan? plan) => Announced = plan;

    public void SetFailover(FailoverPolicy policy) => Failover = policy;
}
