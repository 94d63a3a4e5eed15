using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>A customer's message that was read on the phone: what came up to it is no longer unread here.</summary>
internal static class ReadOnPhone
{
    public static async Task ApplyAsync(InboundContext context, CancellationToken cancellation)
    {
        var read = context
            .Events.OfType<ReceiptReceived>()
            .Where(r => r is { FromMe: false, State: DeliveryState.Read or DeliveryState.Played })
            .ToList();
        if (read.Count == 0)
        {
            return;
        }

        var newest = new Dictionary<ConversationId, (DateTimeOffset At, Guid Id)>();
        await using (
            var command = context.Connection.Sql(
                """
                SELECT conversation_id, sent_at, id FROM messages
                WHERE tenant_id = $1 AND instance_id = $2 AND provider_id = ANY ($3) AND direction = 'In' ORDER BY sent_at, id
                """,
                context.Tenant.Value,
                context.Instance.Value,
                read.Select(r => r.ProviderId).Distinct(StringComparer.Ordinal).ToArray()
            )
        )
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                newest[new ConversationId(reader.GetGuid(0))] = (reader.GetFieldValue<DateTimeOffset>(1), reader.GetGuid(2));
            }
        }

        var heads = await HeadSql.LockAsync(context.Connection, context.Tenant, newest.Keys, cancellation);
        var counters = new ConversationCounters();
        var written = new List<ConversationHead>();
        foreach (var head in heads.Values.Where(h => h.Unread > 0))
        {
            var (at, id) = newest[head.ConversationId];
            await using var count = context.Connection.Sql(
                """
                SELECT count(*) FROM (
                    SELECT 1 FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND (sent_at, id) > ($3, $4) AND direction = 'In' LIMIT $5
                ) newer
                """,
                context.Tenant.Value,
                head.ConversationId.Value,
                at.ToUniversalTime(),
                id,
                head.Unread
            );
            var after = head with { Unread = (int)(long)(await count.ExecuteScalarAsync(cancellation))! };
            written.Add(after);
            counters.Moved(head, after);
            context.Changes.Add(new ConversationChanged(context.Tenant, head.ConversationId));
        }

        await HeadSql.WriteAsync(context.Connection, written, cancellation);
        await counters.ApplyAsync(context, cancellation);
    }
}
