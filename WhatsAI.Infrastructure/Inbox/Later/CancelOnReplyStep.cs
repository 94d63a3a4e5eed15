using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging.Inbound;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Later;

/// <summary>A customer's answer cancels what was to go out only if he did not answer; the thread says so, with the beginning of the words.</summary>
public sealed class CancelOnReplyStep : IInboundStep
{
    public async Task ApplyAsync(InboundContext context, CancellationToken cancellation)
    {
        var answers = context
            .Arrivals.Where(a => a is { Direction: MessageDirection.In, History: false })
            .GroupBy(a => a.Conversation)
            .ToDictionary(g => g.Key, g => g.Max(a => a.SentAt));
        if (answers.Count == 0)
        {
            return;
        }

        foreach (var cancelled in await CancelAsync(context, answers, cancellation))
        {
            var line = await ScheduledLines.AddAsync(
                context.Connection,
                context.Tenant,
                cancelled,
                "line.scheduled-dropped.answered",
                [],
                author: null,
                context.Now,
                cancellation
            );
            context.Changes.Add(new MessageChanged(context.Tenant, cancelled.Conversation, line));
            context.Changes.Add(new ScheduledMessagesChanged(context.Tenant, cancelled.Conversation));
        }
    }

    /// <summary>What was found late and had been written before is no answer. The provider's times are whole seconds.</summary>
    private static async Task<List<Waiting>> CancelAsync(
        InboundContext context,
        Dictionary<ConversationId, DateTimeOffset> answers,
        CancellationToken cancellation
    )
    {
        await using var command = context.Connection.Sql(
            """
            DELETE FROM scheduled_messages s USING unnest($2::uuid[], $3::timestamptz[]) AS a (conversation_id, at)
            WHERE s.tenant_id = $1 AND s.conversation_id = a.conversation_id AND s.cancels_on_reply AND s.created_at < a.at + interval '1 second'
            RETURNING s.id, s.conversation_id, s.instance_id, s.author_id, s.text, s.due_at, s.file
            """,
            context.Tenant.Value,
            answers.Keys.Select(c => c.Value).ToArray(),
            answers.Values.Select(at => at.ToUniversalTime()).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var cancelled = new List<Waiting>();
        while (await reader.ReadAsync(cancellation))
        {
            cancelled.Add(
                new Waiting(
                    new ScheduledMessageId(reader.GetGuid(0)),
                    new ConversationId(reader.GetGuid(1)),
                    new InstanceId(reader.GetGuid(2)),
                    new UserId(reader.GetGuid(3)),
                    reader.GetString(4),
                    reader.GetFieldValue<DateTimeOffset>(5),
                    Version: 0
                )
                {
                    File = reader.IsDBNull(6) ? null : MessageBodyJson.Read(reader.GetString(6)),
                }
            );
        }

        return cancelled;
    }
}
