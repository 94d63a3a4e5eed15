using WhatsAI.Core.Inbox.Notices;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox.Notifying;

/// <summary>Who is notified of what.</summary>
public static class NotifyingPolicy
{
    /// <summary>What is older when it becomes known was no news any more: a gap was filled, a server was away.</summary>
    public static readonly TimeSpan NewsFor = TimeSpan.FromMinutes(10);

    // The gateway's clock, and whole seconds of it.
    private static readonly TimeSpan _slack = TimeSpan.FromSeconds(5);

    /// <param name="news">What happened, in a conversation that the member may see.</param>
    /// <param name="who">To whom it may matter.</param>
    /// <param name="now">When.</param>
    public static Telling Of(News news, Listener who, DateTimeOffset now)
    {
        var rule = RuleOf(news, who);
        var settings = who.Settings;
        if (rule == NotifyingRules.None || IsQuiet(rule, settings, now))
        {
            return Telling.Nothing;
        }

        return new Telling(rule, settings.Shows.HasFlag(rule), settings.Sounds.HasFlag(rule));
    }

    /// <summary>Whether an unread conversation waits for this member: it is his, or nobody has it and it is of one of his teams or of none. Who is in no team answers all.</summary>
    public static bool WaitsFor(UserId user, IReadOnlySet<TeamId> teams, UserId? assignee, TeamId? team) =>
        assignee == user || (assignee is null && (team is null || teams.Count == 0 || teams.Contains(team.Value)));

    /// <summary>
    /// Whether a conversation's row tells of a message that nobody was notified of yet; a row changes for many reasons, and says only what is in it now.
    /// </summary>
    /// <param name="at">Its last message's time; that is a customer's, and unread.</param>
    /// <param name="unread">How many are.</param>
    /// <param name="known">What was notified of last; null: nothing of this conversation.</param>
    /// <param name="since">Since when one has listened.</param>
    /// <param name="now">When.</param>
    public static bool IsNews(DateTimeOffset at, int unread, Known? known, DateTimeOffset since, DateTimeOffset now) =>
        now - at <= NewsFor && (known is { } last ? at > last.At || (at == last.At && unread > last.Unread) : at >= since - _slack);

    private static NotifyingRules RuleOf(News news, Listener who) =>
        news switch
        {
            BellRang rang when rang.To != who.UserId => NotifyingRules.None,
            BellRang rang => rang.Kind == NoticeKind.Mentioned ? NotifyingRules.Mentioned : NotifyingRules.Assigned,
            CustomerWrote wrote when wrote.Assignee == who.UserId => NotifyingRules.Mine,
            // Who said that he is away takes nothing new; what is his he still wants to know.
            CustomerWrote { Kind: ConversationKind.Person } wrote
                when who.Presence == Presence.Online && WaitsFor(who.UserId, who.Teams, wrote.Assignee, wrote.Team) =>
                NotifyingRules.Unassigned,
            _ => NotifyingRules.None,
        };

    private static bool IsQuiet(NotifyingRules rule, NotifyingSettings settings, DateTimeOffset now) =>
        settings.Quiet is { } quiet && !(rule == NotifyingRules.Mentioned && settings.MentionsPass) && quiet.Covers(now);
}

/// <summary>The last message of a conversation that was notified of.</summary>
public sealed record Known(DateTimeOffset At, int Unread);
