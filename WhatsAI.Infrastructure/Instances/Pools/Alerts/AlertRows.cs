using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>A row of <c>alerts</c>: open until <see cref="ClearedAt"/>, then history. Written by <see cref="AlertSql"/> alone.</summary>
public sealed class AlertEntry : ITenantOwned
{
    public AlertId Id { get; init; }

    public TenantId TenantId { get; init; }

    public AlertKind Kind { get; init; }

    public Guid Subject { get; init; }

    public AlertLevel Level { get; init; }

    public InstanceId? InstanceId { get; init; }

    public InstanceId? OtherId { get; init; }

    public PoolId? PoolId { get; init; }

    public GatewayServerId? GatewayServerId { get; init; }

    public DateTimeOffset? CauseSince { get; init; }

    public string? Cause { get; init; }

    public string? Done { get; init; }

    public DateTimeOffset? SaidAt { get; init; }

    public DateOnly? SaidOn { get; init; }

    public int? SaidCount { get; init; }

    public int? SaidOf { get; init; }

    public DateTimeOffset RaisedAt { get; init; }

    public DateTimeOffset? GoneSince { get; init; }

    public DateTimeOffset? ClearedAt { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    public UserId? AcknowledgedBy { get; init; }

    /// <summary>The name as it was: people are renamed and removed.</summary>
    public string? AcknowledgedByName { get; init; }
}

/// <summary>One alert and one channel that is to be told of it: a row, so that two copies of the console tell once.</summary>
public sealed class AlertDelivery : ITenantOwned
{
    /// <summary>Goes with every attempt as its idempotency key.</summary>
    public Guid Id { get; init; }

    public TenantId TenantId { get; init; }

    public AlertId AlertId { get; init; }

    public AlertChannelId ChannelId { get; init; }

    /// <summary>When it is tried next; while somebody tries, when his claim runs out.</summary>
    public DateTimeOffset DueAt { get; init; }

    public int Attempts { get; init; }

    /// <summary>An attempt before may have arrived.</summary>
    public bool IsDoubtful { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }

    public DateTimeOffset? GivenUpAt { get; init; }

    public DeliveryOutcome? Failure { get; init; }
}

/// <summary>That a company has alerts to tell of, and when: an id and a time, so that no company is looked into that has none.</summary>
public sealed class AlertWork
{
    public TenantId TenantId { get; init; }

    public DateTimeOffset DueAt { get; init; }
}
