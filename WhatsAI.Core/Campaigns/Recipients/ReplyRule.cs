using WhatsAI.Core.Instances.Pools;

namespace WhatsAI.Core.Campaigns.Recipients;

/// <summary>A campaign message that somebody may be answering.</summary>
/// <param name="Days">For how long after it an answer counts.</param>
public sealed record AnswerableMessage(CampaignId Campaign, DateTimeOffset SentAt, int Days, RecipientState State);

/// <summary>To which campaign a message that comes in is an answer.</summary>
public static class ReplyRule
{
    public const int DefaultDays = 3;
    public const int MostDays = 30;

    /// <summary>The last one before it whose days are not over; null where it answers none. An opt-out is no answer: it is counted by itself.</summary>
    /// <param name="messages">Of campaigns, to this person, from any of our numbers.</param>
    /// <param name="at">When the person wrote, on the gateway's clock.</param>
    public static CampaignId? Answers(IEnumerable<AnswerableMessage> messages, DateTimeOffset at, bool isOptOut) =>
        isOptOut ? null : LastBefore(messages, at);

    /// <summary>The campaign that an opt-out is counted against, by the same rule.</summary>
    public static CampaignId? LastBefore(IEnumerable<AnswerableMessage> messages, DateTimeOffset at) =>
        messages
            .Where(m => m.State.MayHaveGone() && m.SentAt <= at && at <= m.SentAt.AddDays(Math.Clamp(m.Days, 1, MostDays)))
            .OrderByDescending(m => m.SentAt)
            .ThenBy(m => m.Campaign.Value)
            .Select(m => (CampaignId?)m.Campaign)
            .FirstOrDefault();
}
