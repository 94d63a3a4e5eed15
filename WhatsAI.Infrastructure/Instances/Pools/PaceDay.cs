using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools;

/// <summary>
/// One number on one day of the company's calendar. What was sent as campaigns is put by when the number's counts go on to another day (a trigger on
/// pace_states, so that no send after midnight overwrites it); the rest when the day is closed.
/// </summary>
public sealed class PaceDay : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    public DateOnly Day { get; init; }

    /// <summary>Campaign messages.</summary>
    public int Sent { get; init; }

    /// <summary>Of those, to people who never wrote.</summary>
    public int Strangers { get; init; }

    /// <summary>What its caps allowed that day in all; null until the day is closed.</summary>
    public int? Cap { get; init; }

    /// <summary>What the warm-up's ramp allowed that day; null once it was over.</summary>
    public int? Ramp { get; init; }

    /// <summary>Messages of every kind that went out, by the hours of UTC that began on the day.</summary>
    public int Outgoing { get; init; }

    public int Received { get; init; }

    /// <summary>Messages of every kind that did not go out.</summary>
    public int Failed { get; init; }
}
