using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>
/// Ticks. A message's state only moves forward, whatever order receipts come in; one that comes before its message waits for it. They are matched by id
/// alone: a receipt may name the chat by its other address.
/// </summary>
internal static class Receipts
{
    public static async Task ApplyAsync(InboundContext context, CancellationToken cancellation)
    {
        var seen = new Dictionary<string, DeliveryState>(StringComparer.Ordinal);
        foreach (var receipt in context.Events.OfType<ReceiptReceived>().Where(r => r.FromMe))
        {
            seen[receipt.ProviderId] = seen.TryGetValue(receipt.ProviderId, out var before)
                ? DeliveryStates.Advance(before, receipt.State)
                : receipt.State;
        }

        // Messages written on the phone that came in this batch may have receipts that waited for them.
        await TakeWaitingAsync(context, seen, cancellation);
        if (seen.Count > 0)
        {
            await AdvanceAsync(context, seen, cancellation);
            if (context.Items.Any(i => i.Gap is null && i.Events.OfType<ReceiptReceived>().Any(r => r.FromMe)))
            {
                await NoteAsync(context, cancellation);
            }
        }

        await ReadElsewhereAsync(context, cancellation);
    }

    /// <summary>The wall shows when it last came, and must not look for it in the journal.</summary>
    private static async Task NoteAsync(InboundContext context, CancellationToken cancellation)
    {
        await using var command = context.Connection.Sql(
            "UPDATE instance_statuses SET last_receipt_at = greatest(last_receipt_at, $3) WHERE tenant_id = $1 AND instance_id = $2",
            context.Tenant.Value,
            context.Instance.Value,
            context.Now.ToUniversalTime()
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Applies what waited for one message of ours whose id has just become known; in the caller's transaction.</summary>
    public static async Task<DeliveryState> TakeWaitingAsync(
        NpgsqlConnection connection,
        Guid tenant,
        Guid instance,
        string providerId,
        DeliveryState state,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            "DELETE FROM waiting_receipts WHERE tenant_id = $1 AND instance_id = $2 AND provider_id = $3 RETURNING delivery",
            tenant,
            instance,
            providerId
        );
        return await command.ExecuteScalarAsync(cancellation) is string waiting
            ? DeliveryStates.Advance(state, Enum.Parse<DeliveryState>(waiting))
            : state;
    }

    private static async Task TakeWaitingAsync(
        InboundContext context,
        Dictionary<string, DeliveryState> seen,
        CancellationToken cancellation
    )
    {
        var arrived = context.Arrivals.Where(a => a.Direction == MessageDirection.Out).Select(a => a.Message.ProviderId).ToArray();
        if (arrived.Length == 0)
        {
            return;
        }

        await using var command = context.Connection.Sql(
            "DELETE FROM waiting_receipts WHERE tenant_id = $1 AND instance_id = $2 AND provider_id = ANY ($3) RETURNING provider_id, delivery",
            context.Tenant.Value,
            context.Instance.Value,
            arrived
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var state = Enum.Parse<DeliveryState>(reader.GetString(1));
            var id = reader.GetString(0);
            seen[id] = seen.TryGetValue(id, out var before) ? DeliveryStates.Advance(before, state) : state;
        }
    }

    private static async Task AdvanceAsync(InboundContext context, Dictionary<string, DeliveryState> seen, CancellationToken cancellation)
    {
        var rows = new List<(Guid Id, ConversationId Conversation, string ProviderId, DeliveryState State)>();
        await using (
            var command = context.Connection.Sql(
                """
                SELECT id, conversation_id, provider_id, delivery FROM messages
                WHERE tenant_id = $1 AND instance_id = $2 AND provider_id = ANY ($3) AND delivery IS NOT NULL
                ORDER BY id FOR UPDATE
                """,
                context.Tenant.Value,
                context.Instance.Value,
                seen.Keys.ToArray()
            )
        )
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                rows.Add(
                    (
                        reader.GetGuid(0),
                        new ConversationId(reader.GetGuid(1)),
                        reader.GetString(2),
                        Enum.Parse<DeliveryState>(reader.GetString(3))
                    )
                );
            }
        }

        var moved = rows.Select(r => (r.Id, r.Conversation, Before: r.State, After: DeliveryStates.Advance(r.State, seen[r.ProviderId])))
            .Where(r => r.Before != r.After)
            .ToList();
        await WriteAsync(context, moved.ConvertAll(m => (m.Id, m.After)), cancellation);
        foreach (var (id, conversation, _, _) in moved)
        {
            context.Changes.Add(new MessageChanged(context.Tenant, conversation, new MessageId(id)));
            context.Changes.Add(new ConversationChanged(context.Tenant, conversation));
        }

        await KeepAsync(context, seen.Where(s => !rows.Exists(r => r.ProviderId == s.Key)).ToList(), cancellation);
    }

    private static async Task WriteAsync(InboundContext context, List<(Guid Id, DeliveryState State)> moved, CancellationToken cancellation)
    {
        if (moved.Count == 0)
        {
            return;
        }

        var ids = moved.ConvertAll(m => m.Id).ToArray();
        var states = moved.ConvertAll(m => m.State.ToString()).ToArray();
        await using var batch = new NpgsqlBatch(context.Connection)
        {
            BatchCommands =
            {
                People.Command(
                    """
                    UPDATE messages m SET delivery = t.delivery, reason = CASE WHEN t.delivery = 'Failed' THEN 'failed.refused-later' END
                    FROM unnest($1::uuid[], $2::text[]) AS t (id, delivery) WHERE m.id = t.id
                    """,
                    ids,
                    states
                ),
                People.Command(
                    """
                    UPDATE conversation_heads h SET last_delivery = t.delivery
                    FROM unnest($1::uuid[], $2::text[]) AS t (id, delivery) JOIN messages m ON m.id = t.id
                    WHERE h.tenant_id = $3 AND h.conversation_id = m.conversation_id AND h.last_message_id = t.id
                    """,
                    ids,
                    states,
                    context.Tenant.Value
                ),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task KeepAsync(
        InboundContext context,
        List<KeyValuePair<string, DeliveryState>> early,
        CancellationToken cancellation
    )
    {
        if (early.Count == 0)
        {
            return;
        }

        var waiting = new Dictionary<string, DeliveryState>(StringComparer.Ordinal);
        await using (
            var command = context.Connection.Sql(
                "SELECT provider_id, delivery FROM waiting_receipts WHERE tenant_id = $1 AND instance_id = $2 AND provider_id = ANY ($3)",
                context.Tenant.Value,
                context.Instance.Value,
                early.ConvertAll(e => e.Key).ToArray()
            )
        )
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                waiting[reader.GetString(0)] = Enum.Parse<DeliveryState>(reader.GetString(1));
            }
        }

        await using var write = context.Connection.Sql(
            """
            INSERT INTO waiting_receipts (tenant_id, instance_id, provider_id, delivery, at)
            SELECT $1, $2, t.provider_id, t.delivery, $3 FROM unnest($4::text[], $5::text[]) AS t (provider_id, delivery)
            ON CONFLICT (tenant_id, instance_id, provider_id) DO UPDATE SET delivery = excluded.delivery, at = excluded.at
            """,
            context.Tenant.Value,
            context.Instance.Value,
            context.Now.ToUniversalTime(),
            early.ConvertAll(e => e.Key).ToArray(),
            early
                .ConvertAll(e => (waiting.TryGetValue(e.Key, out var w) ? DeliveryStates.Advance(w, e.Value) : e.Value).ToString())
                .ToArray()
        );
        await write.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>A customer's message that was read on the phone: what came up to it is no longer unread here.</summary>
    private static async Task ReadElsewhereAsync(InboundContext context, CancellationToken cancellation)
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
        await counters.ApplyAsync(context.Connection, context.Tenant, cancellation);
    }
}
