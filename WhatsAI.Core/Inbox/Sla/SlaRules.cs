using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Core.Inbox.Sla;

/// <summary>What one target says.</summary>
public sealed record SlaRule(TeamId? Team, ConversationPriority? Priority, SlaTimes Times);

/// <summary>
/// A company's targets, and when its teams work: what starts, stops and lengthens the clocks of a conversation. A conversation of no team, or of one without
/// hours, is worked on day and night.
/// </summary>
public sealed class SlaRules(IReadOnlyCollection<SlaRule> rules, IReadOnlyDictionary<TeamId, BusinessHours> hours, TimeZoneInfo zone)
    : IHeadClock
{
    /// <summary>Short is what has less than this part of its time left, or less than <see cref="Soon"/>.</summary>
    public const double ShortShare = 0.2;

    /// <summary>A quarter of an hour; but never before half of the target's time has gone by, so that a target of ten minutes is not short from its beginning.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromMinutes(15);

    public static SlaRules None { get; } = new([], new Dictionary<TeamId, BusinessHours>(), TimeZoneInfo.Utc);

    public bool IsEmpty => rules.Count == 0;

    /// <summary>Of the team and the priority; else of the team; else of the priority; else the company's. The one that is found holds as a whole.</summary>
    public SlaTimes Of(TeamId? team, ConversationPriority priority) =>
        rules
            .Where(r => (r.Team is null || r.Team == team) && (r.Priority is null || r.Priority == priority))
            .MaxBy(r => (r.Team is null ? 0 : 2) + (r.Priority is null ? 0 : 1))
            ?.Times
        ?? SlaTimes.None;

    public ConversationHead Move(ConversationHead? before, ConversationHead after, DateTimeOffset now, bool answered = false)
    {
        if (IsEmpty || after.Kind == ConversationKind.Group)
        {
            return after.Sla is null ? after : after with { Sla = null };
        }

        var clock = after.Sla is { } known && before?.EpisodeId == after.EpisodeId ? known : new SlaClock();
        clock = Turned(before, after, clock, now) with { Answered = clock.Answered || answered };
        var (times, open) = (Of(after.TeamId, after.Priority), HoursOf(after.TeamId));
        var reply = after is { Status: not ConversationStatus.Resolved, WaitingSince: { } since }
            ? Due(since, clock.Answered ? times.Next : times.First, TimeSpan.Zero, open)
            : null;
        var resolve = clock.RunsSince is { } runs ? Due(runs, times.Resolution, clock.Used, open) : null;
        return after with { Sla = clock with { Reply = reply, Resolve = resolve } };
    }

    /// <summary>
    /// The clocks of a conversation whose targets, or whose team's hours, are other ones now; of one that had none, as its episode says. What was late before
    /// there was a target stands in the list as late, but nobody is told: a company that sets its first targets would be told of everything at once.
    /// </summary>
    public ConversationHead Again(ConversationHead head, DateTimeOffset openedAt, bool answered, DateTimeOffset now)
    {
        var clock = head.Sla ?? new SlaClock { RunsSince = head.Status == ConversationStatus.Open ? openedAt : null };
        var counted = Move(head, head with { Sla = clock }, now, answered);
        return head.Sla is null && counted.Sla is { } first ? counted with { Sla = first.Tell(counted.WaitingSince, now).Told } : counted;
    }

    public SlaReplyDues DueOf(ConversationHead head, DateTimeOffset? asked)
    {
        if (IsEmpty || head.Kind == ConversationKind.Group || asked is not { } since)
        {
            return SlaReplyDues.None;
        }

        var (times, open) = (Of(head.TeamId, head.Priority), HoursOf(head.TeamId));
        return new SlaReplyDues(Due(since, times.First, TimeSpan.Zero, open)?.At, Due(since, times.Next, TimeSpan.Zero, open)?.At);
    }

    public DateTimeOffset? ResolutionDueOf(ConversationHead before, DateTimeOffset now) =>
        before switch
        {
            { Sla: null } or { Kind: ConversationKind.Group } => null,
            { Sla.RunsSince: not null } => before.Sla.Resolve?.At,
            _ => Of(before.TeamId, before.Priority).Resolution is { } target ? now + (target - before.Sla.Used) : null,
        };

    // Starts and stops the resolution's clock; what went by in one team's hours is settled before another's count.
    private SlaClock Turned(ConversationHead? before, ConversationHead after, SlaClock clock, DateTimeOffset now)
    {
        var runs = after.Status == ConversationStatus.Open;
        if (clock.RunsSince is { } since && (!runs || before?.TeamId != after.TeamId))
        {
            var used = since < now ? HoursOf(before?.TeamId).Between(since, now, zone) : TimeSpan.Zero;
            clock = clock with { Used = clock.Used + used, RunsSince = null };
        }

        return runs && clock.RunsSince is null ? clock with { RunsSince = now } : clock;
    }

    private SlaDue? Due(DateTimeOffset from, TimeSpan? target, TimeSpan used, BusinessHours open)
    {
        if (target is not { } whole)
        {
            return null;
        }

        var at = After(whole);
        if (at == DateTimeOffset.MaxValue)
        {
            return null;
        }

        var (half, late) = (After(whole / 2), After(whole * (1 - ShortShare)));
        var soon = at - Soon < late ? at - Soon : late;
        return new SlaDue(at, soon > half ? soon : half);

        // What was used up before, in another team's hours, is late at once and not when this one opens.
        DateTimeOffset After(TimeSpan part) => (part > used ? open.After(from, part - used, zone) : from).ToUniversalTime();
    }

    private BusinessHours HoursOf(TeamId? team) => team is { } id && hours.TryGetValue(id, out var open) ? open : BusinessHours.Always;
}
