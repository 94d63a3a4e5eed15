using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Health;

/// <summary>What waits to go out in one lane, over all numbers; more than a thousand of a number is said as a thousand.</summary>
/// <param name="OldestAt">When the one that waits longest was queued; null where nothing waits.</param>
public sealed record QueueRow(Lane Lane, int Count, DateTimeOffset? OldestAt);

/// <summary>Gateway events stored and not yet worked through.</summary>
public sealed record BacklogRow(int Count, DateTimeOffset? OldestAt);

/// <param name="Numbers">How many of the company's numbers use it.</param>
/// <param name="SeenAt">Its last proper answer.</param>
/// <param name="FailedAt">The last failure of a number that has not answered since; null where all do.</param>
public sealed record ServerRow(string Name, int Numbers, DateTimeOffset? SeenAt, DateTimeOffset? FailedAt);

public sealed record HealthNow(IReadOnlyList<QueueRow> Queues, BacklogRow Backlog, IReadOnlyList<ServerRow> Servers);

/// <summary>A gateway event that could not be worked through.</summary>
/// <param name="Problem">"unreadable", "unknown" or "failed".</param>
public sealed record ProblemRow(long Id, InstanceId InstanceId, string Number, DateTimeOffset ReceivedAt, string? Event, string Problem);

/// <summary>A message that may or may not have gone out.</summary>
/// <param name="Person">Whom it is to; null where no name is known.</param>
/// <param name="Repeated">Whether somebody sent its words again, which is done once.</param>
public sealed record DoubtRow(
    MessageId Id,
    ConversationId ConversationId,
    string Number,
    string? Person,
    DateTimeOffset AttemptedAt,
    bool Repeated
);

/// <summary>A file that could not be fetched.</summary>
/// <param name="Person">Whose conversation it is in; null where no name is known.</param>
public sealed record LostFileRow(
    MessageId Id,
    ConversationId ConversationId,
    string Number,
    string? Person,
    MessageKind Kind,
    DateTimeOffset SentAt
);
