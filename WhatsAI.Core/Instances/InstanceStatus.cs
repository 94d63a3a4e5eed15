using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Instances;

/// <summary>What the machine last saw of a number; changed by atomic SQL only, so it carries no version.</summary>
public sealed class InstanceStatus : ITenantOwned
{
    public InstanceId InstanceId { get; init; }

    public TenantId TenantId { get; init; }

    public InstanceState State { get; init; }

    /// <summary>When <see cref="State"/> began.</summary>
    public DateTimeOffset StateSince { get; init; }

    /// <summary>WhatsApp's close code (401, 403, …), where the last close had one.</summary>
    public int? CloseCode { get; init; }

    /// <summary>End of a temporary ban, where WhatsApp named one.</summary>
    public DateTimeOffset? RestrictedUntil { get; init; }

    /// <summary>The number's own JID once it has been open.</summary>
    public string? OwnJid { get; init; }

    /// <summary>E.164, once known.</summary>
    public string? Phone { get; init; }

    public string? ProfileName { get; init; }

    /// <summary>The text behind the QR code shown last; null once scanned or expired. Never logged.</summary>
    public string? QrCode { get; init; }

    /// <summary>Eight characters to be typed on the phone instead of scanning.</summary>
    public string? PairingCode { get; init; }

    public DateTimeOffset? QrAt { get; init; }

    /// <summary>Which QR of the present run it is, from 1; the gateway gives up after its own limit (30).</summary>
    public int QrCount { get; init; }

    /// <summary>Last webhook from the gateway about this number.</summary>
    public DateTimeOffset? LastEventAt { get; init; }

    public DateTimeOffset? LastInboundAt { get; init; }

    public DateTimeOffset? LastOutboundAt { get; init; }

    /// <summary>When WhatsApp last confirmed a message of ours.</summary>
    public DateTimeOffset? LastReceiptAt { get; init; }

    /// <summary>The last call on this number that failed (a failure's name), null after the next that succeeds.</summary>
    public string? GatewayFailure { get; init; }

    public DateTimeOffset? GatewayFailureAt { get; init; }

    /// <summary>The last call the gateway answered as it should.</summary>
    public DateTimeOffset? GatewaySeenAt { get; init; }

    /// <summary>Milliseconds from a hand-over to the first confirmation, of the last ones.</summary>
    public int? AckMs { get; init; }

    /// <summary>The same over the last hundreds.</summary>
    public int? UsualAckMs { get; init; }

    /// <summary>Milliseconds between the provider's time of a message and its coming here, of the last batch.</summary>
    public int? WebhookLagMs { get; init; }
}

/// <summary>One line of a number's connection log.</summary>
public sealed class ConnectionLogEntry : ITenantOwned
{
    public long Id { get; init; }

    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    public DateTimeOffset At { get; init; }

    public InstanceState State { get; init; }

    /// <summary>WhatsApp's close code, where there was one; of recovered messages, how many.</summary>
    public int? Code { get; init; }

    /// <summary>What happened, as a resource key ("log.scanned", "log.restarted-by").</summary>
    public string What { get; init; } = "";

    /// <summary>Who did it, where a person did.</summary>
    public string? Actor { get; init; }
}

/// <summary>Messages of one number in one hour (UTC); the wall's sparkline and "sent today" are sums of these.</summary>
public sealed class InstanceHour : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    public DateTimeOffset Hour { get; init; }

    public int Received { get; init; }

    /// <summary>Of ours, also those written on the phone. One that turns out not to have gone out is taken off the hour it was counted in.</summary>
    public int Sent { get; init; }

    /// <summary>Of ours, those that will not go out.</summary>
    public int Failed { get; init; }
}
