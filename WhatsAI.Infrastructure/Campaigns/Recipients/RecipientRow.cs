using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Campaigns.Recipients;

/// <summary>Which recipients a list holds: the steps of the funnel, each with those after it, and what is beside it.</summary>
public enum RecipientPart
{
    All,

    /// <summary>Planned, queued or on their way out.</summary>
    Waiting,
    Sent,
    Delivered,
    Read,
    Replied,
    Failed,
    Skipped,
    Unconfirmed,
}

/// <summary>What is chosen of a campaign's recipients.</summary>
/// <param name="Reason">A resource key of the ledger's reasons.</param>
/// <param name="OtherNumbers">Those that went through numbers the member does not see.</param>
/// <param name="Text">Words of a name, or digits of a phone.</param>
public sealed record RecipientFilter(
    RecipientPart Part = RecipientPart.All,
    string? Reason = null,
    string? Variant = null,
    InstanceId? Number = null,
    bool OtherNumbers = false,
    string? Text = null
)
{
    public bool IsEmpty => this == new RecipientFilter();
}

/// <summary>Where a page ended; what it is made of depends on the filter.</summary>
public sealed record RecipientKey(string Name, RecipientState State, DateTimeOffset? SentAt, ContactId Contact);

/// <summary>A recipient as lists show him.</summary>
/// <param name="Phone">As it was at launch; null: the person was forgotten.</param>
/// <param name="Number">Null while he has none, and where the member does not see it.</param>
/// <param name="IsElsewhere">His message went through a number that the member does not see.</param>
/// <param name="Conversation">Null while there is none, and where the member does not see its number.</param>
public sealed record RecipientRow(
    ContactId Contact,
    string? Name,
    string? Phone,
    RecipientState State,
    string? Reason,
    string? Variant,
    InstanceId? Number,
    bool IsElsewhere,
    ConversationId? Conversation,
    MessageId? Message,
    RecipientTimes Times
);

/// <summary>When each step was reached.</summary>
/// <param name="NotBefore">Before that he is not handed over.</param>
public sealed record RecipientTimes(
    DateTimeOffset NotBefore,
    DateTimeOffset? Queued,
    DateTimeOffset? Sent,
    DateTimeOffset? Delivered,
    DateTimeOffset? Read,
    DateTimeOffset? Replied,
    DateTimeOffset? OptedOut
)
{
    /// <summary>The last of them; null: nothing was done yet.</summary>
    public DateTimeOffset? Last => new[] { Queued, Sent, Delivered, Read, Replied, OptedOut }.Max();
}
