using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Messaging.Gaps;

/// <summary>Why messages may have been missed.</summary>
public enum GapCause
{
    /// <summary>The number was without a session and has one again.</summary>
    Reconnected,

    /// <summary>No copy of the console ran, or its database was away.</summary>
    Downtime,

    /// <summary>An event was larger than is taken, which the gateway does not repeat.</summary>
    TooLarge,

    /// <summary>A person wants to be sure.</summary>
    Asked,
}

public enum GapState
{
    /// <summary>The number has no session: it is asked about once there is one again. A number has at most one.</summary>
    Waiting,

    /// <summary>The gateway is to be asked. A number has at most one: a further cause widens it.</summary>
    Open,

    /// <summary>Its end is fixed and the gateway is being asked, or did not answer and is asked again.</summary>
    Filling,

    /// <summary>All the gateway knows of the span is here.</summary>
    Filled,

    /// <summary>The gateway stores no messages: nobody but the phone knows.</summary>
    NothingKept,

    /// <summary>The gateway gave no answer for a day.</summary>
    Unanswered,
}

/// <summary>Messages of a number between two moments, asked for at its gateway because webhooks may have been lost.</summary>
public sealed class Gap : ITenantOwned
{
    public GapId Id { get; init; }

    public TenantId TenantId { get; init; }

    public InstanceId InstanceId { get; init; }

    public GapCause Cause { get; init; }

    public GapState State { get; init; }

    /// <summary>The provider's time, with the overlap of <see cref="GapRules.Overlap"/> already in it.</summary>
    public DateTimeOffset StartsAt { get; init; }

    /// <summary>Null until the gateway is asked; complete up to here once filled.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>The gateway is not asked before.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>When all of the gateway's answer was in the journal; null before. It is filled when the journal has worked through it.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>Messages the gateway has of the span, known here or not.</summary>
    public int Found { get; init; }

    /// <summary>Times the gateway did not answer.</summary>
    public int Attempts { get; init; }

    /// <summary>Why it did not, the last time: a failure's name.</summary>
    public string? Failure { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>How many messages of one conversation a gap brought back; written with the messages themselves.</summary>
public sealed class GapConversation : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public GapId GapId { get; init; }

    public ConversationId ConversationId { get; init; }

    public int Recovered { get; init; }
}
