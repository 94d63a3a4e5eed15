using WhatsAI.Core.Contacts;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Gaps;

namespace WhatsAI.Infrastructure.Messaging.Conversations;

/// <summary>What stands around an open thread: its row, who the person is, and what else there is with them.</summary>
/// <param name="PushName">The name the person gave himself, where it differs from the row's name.</param>
/// <param name="Others">The contact's conversations through other numbers, newest first.</param>
public sealed record ConversationView(
    ConversationRow Row,
    string? PushName,
    DateTimeOffset? ContactSince,
    IReadOnlyList<IdentityRow> Identities,
    IReadOnlyList<ConversationRow> Others
)
{
    /// <summary>Where messages of the number were missed in the last day, as far as it concerns this conversation; oldest first.</summary>
    public IReadOnlyList<GapRow> Gaps { get; init; } = [];

    /// <summary>Null: he is not blocked.</summary>
    public BlockedRow? Blocked { get; init; }

    /// <summary>How its last episode stands to its targets; null: it has none.</summary>
    public EpisodeTimes? Episode { get; init; }
}

/// <param name="Clock">What runs; null: nothing.</param>
/// <param name="FirstDueAt">Of an answer that was given, or that a resolution came too late without.</param>
/// <param name="NextMet">Of the answers after the first that had a target, how many were in time.</param>
public sealed record EpisodeTimes(
    SlaClock? Clock,
    DateTimeOffset? FirstReplyAt,
    DateTimeOffset? FirstDueAt,
    int NextMet,
    int NextAll,
    DateTimeOffset? ResolvedAt,
    DateTimeOffset? ResolveDueAt
)
{
    /// <summary>When the customer was asked how it was; null: he was not.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>What he said, 1 to 5; null: nothing yet.</summary>
    public int? Score { get; init; }

    internal bool IsEmpty => AskedAt is null && Clock?.Next is null && FirstDueAt is null && NextAll == 0 && ResolveDueAt is null;
}

/// <param name="By">The member's name; null where he is none any more.</param>
public sealed record BlockedRow(DateTimeOffset At, string? By);

public sealed record IdentityRow(IdentityKind Kind, string Value, string Jid);
