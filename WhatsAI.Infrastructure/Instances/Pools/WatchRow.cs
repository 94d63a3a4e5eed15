using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>What is remembered of a number's signals, and what was found of it last. No row: nothing yet.</summary>
public sealed class WatchRow : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    /// <summary>The <see cref="WatchState"/> as JSON; changed under the row's lock only (<see cref="WatchSql"/>).</summary>
    public string State { get; init; } = "{}";

    public Verdict Verdict { get; init; }

    /// <summary>A resource key below "cause."; null before the first look.</summary>
    public string? Cause { get; init; }

    public DateTimeOffset? VerdictSince { get; init; }

    public DateTimeOffset? VerdictUntil { get; init; }

    public bool InboundOnly { get; init; }

    /// <summary>0 to 100; null while unknown.</summary>
    public short? Score { get; init; }

    /// <summary>The six <see cref="LayerHealth"/> as JSON; null before the first look.</summary>
    public string? Layers { get; init; }

    public DateTimeOffset? JudgedAt { get; init; }

    /// <summary>Messages without a confirmation are counted up to this hand-over; null: none was looked at.</summary>
    public DateTimeOffset? AcksCountedTo { get; init; }

    /// <summary>Until when somebody's dialog said that it shows the number's code.</summary>
    public DateTimeOffset? QrWatchedUntil { get; init; }
}
