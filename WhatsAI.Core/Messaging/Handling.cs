using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Messaging;

/// <summary>What members have decided of a conversation, as it was at one moment; kept to take a change back.</summary>
public sealed record Handling(
    ConversationStatus Status,
    EpisodeId? EpisodeId,
    DateTimeOffset? SnoozedUntil,
    DateTimeOffset? WaitingSince,
    ConversationPriority Priority,
    UserId? AssigneeId,
    TeamId? TeamId
)
{
    public static Handling Of(ConversationHead head) =>
        new(head.Status, head.EpisodeId, head.SnoozedUntil, head.WaitingSince, head.Priority, head.AssigneeId, head.TeamId);

    /// <summary>
    /// The conversation with what led from <paramref name="before"/> to this one taken back. What somebody changed meanwhile stays as he left it: a customer
    /// who has written again since the resolution is not resolved, nor opened twice. The same row where nothing is left to take back.
    /// </summary>
    public ConversationHead TakeBack(ConversationHead now, Handling before)
    {
        var back = now;
        if (Status != before.Status && now.Status == Status && now.EpisodeId == EpisodeId)
        {
            back = back with
            {
                Status = before.Status,
                EpisodeId = before.EpisodeId,
                SnoozedUntil = before.SnoozedUntil,
                WaitingSince = now.WaitingSince == WaitingSince ? before.WaitingSince : now.WaitingSince,
            };
        }

        if (Priority != before.Priority && now.Priority == Priority)
        {
            back = back with { Priority = before.Priority };
        }

        var (gave, has) = ((AssigneeId, TeamId), (now.AssigneeId, now.TeamId));
        return gave != (before.AssigneeId, before.TeamId) && has == gave
            ? back with
            {
                AssigneeId = before.AssigneeId,
                TeamId = before.TeamId,
            }
            : back;
    }
}
