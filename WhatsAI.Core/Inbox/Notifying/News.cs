using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox.Notifying;

/// <summary>Something that happened in a conversation and that may concern a member.</summary>
public abstract record News;

/// <summary>A customer's message has come.</summary>
/// <param name="Kind">Groups talk all day: only whose they are is told.</param>
/// <param name="Assignee">Null: nobody has it.</param>
/// <param name="Team">Null: of no team.</param>
public sealed record CustomerWrote(ConversationKind Kind, UserId? Assignee, TeamId? Team) : News;

/// <summary>A member was told something at his bell.</summary>
public sealed record BellRang(UserId To, NoticeKind Kind) : News;

/// <summary>A member as one who is to be notified.</summary>
/// <param name="Teams">Those he is in.</param>
/// <param name="Presence">What he said of himself.</param>
public sealed record Listener(UserId UserId, IReadOnlySet<TeamId> Teams, Presence Presence, NotifyingSettings Settings);

/// <summary>How a member is notified, and by which of his rules. That he has the conversation before his eyes is known to his browser alone, which then keeps still.</summary>
public readonly record struct Telling(NotifyingRules Rule, bool Shows, bool Sounds)
{
    public static Telling Nothing { get; }

    public bool IsNothing => !Shows && !Sounds;
}
