using Npgsql;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Csat;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Inbound;
using WhatsAI.Infrastructure.Messaging.Outbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Csat;

/// <summary>
/// The first thing a customer writes after the question is its answer, where it is a score: it opens nothing. A message that is none is not even looked up.
/// </summary>
public sealed class CsatAnswerStep : IInboundStep
{
    private static readonly IReadOnlySet<MessageId> _none = new HashSet<MessageId>();

    public async Task<IReadOnlySet<MessageId>> QuietAsync(
        InboundContext context,
        IReadOnlyDictionary<ConversationId, ConversationHead> heads,
        CancellationToken cancellation
    )
    {
        var scores = context
            .Arrivals.Where(a =>
                a is { Direction: MessageDirection.In, History: false }
                && heads.GetValueOrDefault(a.Conversation)
                    is { Status: ConversationStatus.Resolved, Kind: ConversationKind.Person, EpisodeId: not null }
            )
            .GroupBy(a => a.Conversation)
            .Select(thread => thread.OrderBy(a => a.SentAt).ThenBy(a => a.Id.Value.ToString("N"), StringComparer.Ordinal).First())
            .Select(first => (Arrival: first, Score: first.Message.Body is TextBody text ? CsatScore.Parse(text.Text) : null))
            .Where(s => s.Score is not null)
            .ToArray();
        if (scores.Length == 0)
        {
            return _none;
        }

        // The provider's times are whole seconds.
        await using var command = context.Connection.Sql(
            """
            UPDATE surveys s SET score = t.score, answered_at = t.at, answer_id = t.message
            FROM unnest($2::uuid[], $3::uuid[], $4::int[], $5::timestamptz[], $6::uuid[]) AS t (conversation, episode, score, at, message)
            WHERE s.tenant_id = $1 AND s.conversation_id = t.conversation AND s.episode_id = t.episode AND s.answered_at IS NULL
                AND s.asked_at < t.at + interval '1 second' AND s.open_until > t.at
            RETURNING s.answer_id
            """,
            context.Tenant.Value,
            Array.ConvertAll(scores, s => s.Arrival.Conversation.Value),
            Array.ConvertAll(scores, s => heads[s.Arrival.Conversation].EpisodeId!.Value.Value),
            Array.ConvertAll(scores, s => s.Score!.Value),
            Array.ConvertAll(scores, s => s.Arrival.SentAt.ToUniversalTime()),
            Array.ConvertAll(scores, s => s.Arrival.Id.Value)
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var quiet = new HashSet<MessageId>();
        while (await reader.ReadAsync(cancellation))
        {
            quiet.Add(new MessageId(reader.GetGuid(0)));
        }

        return quiet;
    }

    public async Task ApplyAsync(InboundContext context, CancellationToken cancellation)
    {
        if (context.Quiet.Count == 0)
        {
            return;
        }

        var heads = await HeadSql.LockAsync(
            context.Connection,
            context.Tenant,
            context.Arrivals.Where(a => context.Quiet.Contains(a.Id)).Select(a => a.Conversation).Distinct(),
            cancellation
        );
        foreach (var (conversation, score, thanks) in await AnsweredAsync(context, cancellation))
        {
            var line = await ActivityLines.AddAsync(
                context.Connection,
                heads[conversation],
                $"line.csat.{score}",
                [],
                author: null,
                context.Now,
                cancellation
            );
            context.Changes.Add(new MessageChanged(context.Tenant, conversation, line));
            if (thanks is not null)
            {
                await ThankAsync(context, conversation, thanks, cancellation);
            }
        }
    }

    private static async Task ThankAsync(InboundContext context, ConversationId conversation, string text, CancellationToken cancellation)
    {
        var thanks = new OutgoingMessage(conversation, new TextBody(text), MessageOrigin.Automation, Lane.Automation);
        var queued = await Outbox.QueueAsync(context.Connection, context.Tenant, thanks, context.Clock, context.Now, cancellation);
        context.Changes.Add(new MessageChanged(context.Tenant, conversation, queued.Id));
        context.Due.Add(WorkKind.Outbound);
    }

    /// <summary>With the words of thanks; null where there are none, or the number was removed.</summary>
    private static async Task<List<(ConversationId Conversation, int Score, string? Thanks)>> AnsweredAsync(
        InboundContext context,
        CancellationToken cancellation
    )
    {
        await using var command = context.Connection.Sql(
            """
            SELECT s.conversation_id, s.score, CASE WHEN n.deleted_at IS NULL AND t.enabled THEN t.thanks ELSE '' END,
                coalesce(p.name, p.push_name), coalesce(u.display_name, ''), n.name, k.name
            FROM surveys s
            JOIN conversations c ON c.tenant_id = $1 AND c.id = s.conversation_id
            JOIN instances n ON n.tenant_id = $1 AND n.id = c.instance_id
            JOIN tenants k ON k.id = $1
            JOIN csat_settings t ON t.tenant_id = $1
            LEFT JOIN contacts p ON p.tenant_id = $1 AND p.id = c.contact_id
            LEFT JOIN users u ON u.id = s.agent_id
            WHERE s.tenant_id = $1 AND s.conversation_id = ANY ($3) AND s.answer_id = ANY ($2)
            ORDER BY s.conversation_id
            """,
            context.Tenant.Value,
            context.Quiet.Select(m => m.Value).ToArray(),
            context.Arrivals.Where(a => context.Quiet.Contains(a.Id)).Select(a => a.Conversation.Value).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var answered = new List<(ConversationId, int, string?)>();
        while (await reader.ReadAsync(cancellation))
        {
            var thanks = reader.GetString(2);
            var values = new CannedValues(reader.TextOrNull(3), reader.GetString(4), reader.GetString(5), reader.GetString(6));
            answered.Add(
                (new ConversationId(reader.GetGuid(0)), reader.GetInt32(1), thanks.Length == 0 ? null : CsatSettings.Fill(thanks, values))
            );
        }

        return answered;
    }
}
