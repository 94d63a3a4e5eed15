using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Instances;
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
        await WaitingReceipts.TakeAsync(context, seen, cancellation);
        if (seen.Count > 0)
        {
            var confirmed = await AdvanceAsync(context, seen, cancellation);
            if (context.Items.Any(i => i.Gap is null && i.Events.OfType<ReceiptReceived>().Any(r => r.FromMe)))
            {
                context.Signals.AddRange(confirmed.Signals);
                await NoteAsync(context, confirmed.TookMs, cancellation);
            }
        }

        await ReadOnPhone.ApplyAsync(context, cancellation);
    }

    /// <summary>The wall shows when it last came, and must not look for it in the journal.</summary>
    private static async Task NoteAsync(InboundContext context, int? took, CancellationToken cancellation)
    {
        await using var command = context.Connection.Sql(
            """
            UPDATE instance_statuses SET last_receipt_at = greatest(last_receipt_at, $3), ack_ms = CASE WHEN $4 IS NULL THEN ack_ms ELSE (3 * coalesce(ack_ms, $4) + $4) / 4 END,
                usual_ack_ms = CASE WHEN $4 IS NULL THEN usual_ack_ms ELSE (255 * coalesce(usual_ack_ms, $4) + $4) / 256 END
            WHERE tenant_id = $1 AND instance_id = $2
            """,
            context.Tenant.Value,
            context.Instance.Value,
            context.Now.ToUniversalTime(),
            new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer, Value = (object?)took ?? DBNull.Value }
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<Confirmed> AdvanceAsync(
        InboundContext context,
        Dictionary<string, DeliveryState> seen,
        CancellationToken cancellation
    )
    {
        var rows = new List<(Guid Id, ConversationId Conversation, string ProviderId, DeliveryState State, DateTimeOffset? Attempted)>();
        await using (
            var command = context.Connection.Sql(
                """
                SELECT id, conversation_id, provider_id, delivery, attempted_at FROM messages
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
                        Enum.Parse<DeliveryState>(reader.GetString(3)),
                        reader.Value<DateTimeOffset>(4)
                    )
                );
            }
        }

        var moved = rows.Select(r => (r.Id, r.Conversation, Before: r.State, After: DeliveryStates.Advance(r.State, seen[r.ProviderId])))
            .Where(r => r.Before != r.After)
            .ToList();
        await WriteAsync(context, moved.ConvertAll(m => (m.Id, m.After)), cancellation);
        var confirmed = Confirmed.Of(context, rows.ConvertAll(r => (r.State, seen[r.ProviderId], r.Attempted)));
        foreach (var (id, conversation, _, _) in moved)
        {
            context.Changes.Add(new MessageChanged(context.Tenant, conversation, new MessageId(id)));
            context.Changes.Add(new ConversationChanged(context.Tenant, conversation));
        }

        await WaitingReceipts.KeepAsync(context, seen.Where(s => !rows.Exists(r => r.ProviderId == s.Key)).ToList(), cancellation);
        return confirmed;
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
                TenantSql.Command(
                    """
                    UPDATE messages m SET delivery = t.delivery, reason = CASE WHEN t.delivery = 'Failed' THEN 'failed.refused-later' END
                    FROM unnest($1::uuid[], $2::text[]) AS t (id, delivery) WHERE m.id = t.id
                    """,
                    ids,
                    states
                ),
                TenantSql.Command(
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
}
