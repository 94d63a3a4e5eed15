using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>What a thread would have been opened and resolved for: a day's talk each, the last one as its conversation stands.</summary>
internal static class DemoEpisodes
{
    private static readonly TimeSpan _apart = TimeSpan.FromHours(8);

    public static IEnumerable<Episode> Of(DemoThread thread, ConversationHead head)
    {
        var talks = new List<List<Message>>();
        foreach (var message in thread.Messages.Where(m => m.Kind != MessageKind.Line).OrderBy(m => m.SentAt))
        {
            if (talks.Count == 0 || message.SentAt - talks[^1][^1].SentAt > _apart)
            {
                talks.Add([]);
            }

            talks[^1].Add(message);
        }

        return talks.Select((talk, i) => One(thread, head, talk, isLast: i == talks.Count - 1));
    }

    private static Episode One(DemoThread thread, ConversationHead head, List<Message> talk, bool isLast)
    {
        var answer = talk.Find(m => m.Direction == MessageDirection.Out);
        var asked = talk.Find(m => m.Direction == MessageDirection.In);
        var isResolved = !isLast || head.Status == ConversationStatus.Resolved;
        return new Episode
        {
            Id = isLast ? head.EpisodeId!.Value : Id.New<EpisodeId>(talk[0].SentAt),
            TenantId = head.TenantId,
            ConversationId = head.ConversationId,
            InstanceId = head.InstanceId,
            Kind = head.Kind,
            TeamId = head.TeamId,
            OpenedAt = talk[0].SentAt,
            AskedAt = answer is not null && asked?.SentAt < answer.SentAt ? asked.SentAt : null,
            FirstReplyAt = answer?.SentAt,
            FirstReplyBy = answer?.AuthorId,
            ResolvedAt = isResolved ? talk[^1].SentAt.AddMinutes(1) : null,
            ResolvedBy = isResolved ? (isLast ? thread.ResolvedBy : null) ?? talk.FindLast(m => m.AuthorId is not null)?.AuthorId : null,
        };
    }
}
