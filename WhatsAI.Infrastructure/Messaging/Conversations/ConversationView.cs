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
}

/// <param name="By">The member's name; null where he is none any more.</param>
public sealed record BlockedRow(DateTimeOffset At, string? By);

public sealed record IdentityRow(IdentityKind Kind, string Value, string Jid);
