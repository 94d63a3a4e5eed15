namespace WhatsAI.Core.Messaging;

/// <summary>Two threads with one person, as one.</summary>
/// <param name="Head">Of the thread that stays.</param>
/// <param name="Goes">An episode that was open beside the one that stays open: both are one opening. Null: there was at most one.</param>
public sealed record JoinedHead(ConversationHead Head, EpisodeId? Goes);

/// <summary>What becomes of two heads whose threads turn out to be with the same person.</summary>
public static class HeadJoin
{
    /// <summary>What is open anywhere is open; who waits has waited since he first did; who has one of the two has it.</summary>
    /// <param name="stays">Whose thread it will be.</param>
    /// <param name="goes">Whose messages move into it.</param>
    public static JoinedHead Of(ConversationHead stays, ConversationHead goes)
    {
        var (newest, other) = stays.LastAt >= goes.LastAt ? (stays, goes) : (goes, stays);
        ConversationHead[] both = [newest, other];
        var stands =
            Array.Find(both, h => h.Status == ConversationStatus.Open)
            ?? Array.Find(both, h => h.Status != ConversationStatus.Resolved)
            ?? newest;
        var beside = stands == newest ? other : newest;
        var open = stands.Status != ConversationStatus.Resolved;
        var episode = stands.EpisodeId ?? (open && beside.Status == ConversationStatus.Resolved ? null : beside.EpisodeId);
        var given = Array.Find(both, h => h.AssigneeId is not null) ?? Array.Find(both, h => h.TeamId is not null) ?? newest;
        var head = newest with
        {
            ConversationId = stays.ConversationId,
            Unread = stays.Unread + goes.Unread,
            Status = stands.Status,
            SnoozedUntil = stands.SnoozedUntil,
            EpisodeId = episode,
            Sla = stands.EpisodeId == episode ? stands.Sla : beside.Sla,
            AssigneeId = given.AssigneeId,
            TeamId = given.TeamId,
            Priority = (ConversationPriority)Math.Max((int)newest.Priority, (int)other.Priority),
            WaitingSince = open ? Waiting(newest, other) : null,
            LastInboundAt = both.Max(h => h.LastInboundAt),
        };
        var twice = open && beside.Status != ConversationStatus.Resolved && beside.EpisodeId is { } second && second != episode;
        return new JoinedHead(head, twice ? beside.EpisodeId : null);
    }

    // Where we spoke last, what was asked before is taken for answered.
    private static DateTimeOffset? Waiting(ConversationHead newest, ConversationHead other) =>
        (newest.WaitingSince, other.WaitingSince) switch
        {
            ({ } one, { } two) => one < two ? one : two,
            (null, { } before) when newest.LastDirection == MessageDirection.In => before,
            var (one, _) => one,
        };
}
