using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Messaging.Gaps;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>A card of the wall.</summary>
/// <param name="Hours">Messages per hour in and out, oldest first; the last is the present hour. Always 24.</param>
/// <param name="SentToday">Since midnight in the tenant's zone.</param>
/// <param name="LastReceiptAt">When WhatsApp last confirmed a message of ours.</param>
public sealed record NumberRow(
    InstanceId Id,
    string Name,
    string ServerName,
    NumberFacts Facts,
    IReadOnlyList<double> Hours,
    int SentToday,
    int ReceivedToday,
    DateTimeOffset? LastReceiptAt
)
{
    public int ThisHour => (int)Hours[^1];

    /// <summary>Where messages were missed lately, or may be; null where nothing is to be said of it.</summary>
    public GapRow? Gap { get; init; }

    /// <summary>Null: in no pool.</summary>
    public PoolPlace? Place { get; init; }

    /// <summary>What its campaign pace depends on; as of a number that never sent one where nothing is stored.</summary>
    public PaceState Pace { get; init; } = new();

    public NumberWatch Watch { get; init; } = NumberWatch.None;
}

/// <summary>A number as its own page shows it.</summary>
/// <param name="Version">What an edit must name.</param>
public sealed record NumberView(
    NumberRow Row,
    GatewayServerId ServerId,
    bool ServerIsShared,
    InstanceSettings Settings,
    DateTimeOffset CreatedAt,
    WebhookHealth Webhook
);

/// <summary>How a number's events arrive.</summary>
/// <param name="Waiting">Events stored and not yet processed.</param>
/// <param name="Problems">Events of the last 500 that could not be processed.</param>
/// <param name="Took">From arrival to done, the median of the last hundred; null without any.</param>
public sealed record WebhookHealth(DateTimeOffset? LastAt, int Waiting, int Problems, TimeSpan? Took);

/// <summary>A line of the connection log.</summary>
public sealed record ConnectionLogRow(long Id, DateTimeOffset At, InstanceState State, int? Code, string What, string? Actor);

/// <summary>What the connect dialog shows.</summary>
public sealed record PairingView(InstanceId Id, string Name, string ServerName, NumberFacts Facts);

/// <summary>A number as others name it: in the palette, in a filter.</summary>
public sealed record NumberName(InstanceId Id, string Name, string? Phone, InstanceState State);
