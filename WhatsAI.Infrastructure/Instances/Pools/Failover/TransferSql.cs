using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Failover;

/// <summary>A message as a conversation's row shows it.</summary>
internal sealed record ShownMessage(
    MessageId Id,
    DateTimeOffset At,
    MessageDirection Direction,
    MessageKind Kind,
    string Text,
    DeliveryState? Delivery
)
{
    public const string Columns = "m.id, m.sent_at, m.direction, m.kind, left(m.text, 400), m.delivery";

    public static ShownMessage Read(NpgsqlDataReader reader, int first) =>
        new(
            new MessageId(reader.GetGuid(first)),
            reader.GetFieldValue<DateTimeOffset>(first + 1),
            Enum.Parse<MessageDirection>(reader.GetString(first + 2)),
            Enum.Parse<MessageKind>(reader.GetString(first + 3)),
            reader.GetString(first + 4),
            reader.Text(first + 5) is { } delivery ? Enum.Parse<DeliveryState>(delivery) : null
        );

    public ConversationHead ShownIn(ConversationHead head) =>
        head with
        {
            LastMessageId = Id,
            LastAt = At,
            LastDirection = Direction,
            LastKind = Kind,
            LastPreview = HeadRules.Preview(Text),
            LastDelivery = Delivery,
        };
}

/// <summary>What waited to be sent and went along.</summary>
/// <param name="Newest">Of each thread that was left.</param>
internal sealed record MovedQueue(int Count, IReadOnlyDictionary<ConversationId, ShownMessage> Newest);

/// <summary>The rows of conversations that go on through another number, in the caller's transaction.</summary>
internal static class TransferSql
{
    /// <summary>The conversations, then both numbers' queues: what is queued is not handed over meanwhile, and what is handed over is not moved.</summary>
    public static async Task LockAsync(
        NpgsqlConnection connection,
        TransferWay way,
        IReadOnlyCollection<ConversationId> conversations,
        CancellationToken ct
    )
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                TenantSql.Command(
                    "SELECT 1 FROM conversations WHERE tenant_id = $1 AND id = ANY ($2) ORDER BY id FOR NO KEY UPDATE",
                    way.Tenant.Value,
                    conversations.Select(c => c.Value).ToArray()
                ),
                TenantSql.Command(
                    "SELECT 1 FROM work_list WHERE kind = 'Outbound' AND instance_id = ANY ($1) ORDER BY instance_id FOR UPDATE",
                    (Guid[])[way.From.Value, way.To.Value]
                ),
            },
        };
        await batch.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Answers that were never handed over, or surely did not go out, in their order. A quotation is of the other number's thread and cannot be made here.</summary>
    public static async Task<MovedQueue> MoveQueuedAsync(
        NpgsqlConnection connection,
        TransferWay way,
        IReadOnlyCollection<KeyValuePair<ConversationId, ConversationId>> pairs,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            $"""
            WITH moved AS (
                UPDATE messages m SET conversation_id = t.to_id, instance_id = $5, due_at = NULL, reason = NULL, reply_to_provider_id = NULL
                FROM unnest($2::uuid[], $3::uuid[]) AS t (from_id, to_id)
                WHERE m.tenant_id = $1 AND m.instance_id = $4 AND m.delivery = 'Queued' AND coalesce(m.lane, 0) < $6 AND m.conversation_id = t.from_id
                RETURNING t.from_id, {ShownMessage.Columns}
            ), woken AS (
                UPDATE work_list SET due_at = least(due_at, $7) WHERE kind = 'Outbound' AND instance_id = $5 AND EXISTS (SELECT FROM moved)
            )
            SELECT * FROM moved
            """,
            way.Tenant.Value,
            pairs.Select(p => p.Key.Value).ToArray(),
            pairs.Select(p => p.Value.Value).ToArray(),
            way.From.Value,
            way.To.Value,
            (short)Lane.Campaign,
            now.ToUniversalTime()
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (count, newest) = (0, new Dictionary<ConversationId, ShownMessage>());
        while (await reader.ReadAsync(ct))
        {
            count++;
            var (thread, message) = (new ConversationId(reader.GetGuid(0)), ShownMessage.Read(reader, 1));
            if (!newest.TryGetValue(thread, out var other) || (message.At, message.Id.Value).CompareTo((other.At, other.Id.Value)) > 0)
            {
                newest[thread] = message;
            }
        }

        return new MovedQueue(count, newest);
    }

    /// <summary>What a thread shows once its last message is elsewhere; null: it is empty.</summary>
    public static async Task<ShownMessage?> NewestAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        ConversationId thread,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            $"""
            SELECT {ShownMessage.Columns} FROM messages m
            WHERE m.tenant_id = $1 AND m.conversation_id = $2 AND m.kind <> 'Line' ORDER BY m.sent_at DESC, m.id DESC LIMIT 1
            """,
            tenant.Value,
            thread.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? ShownMessage.Read(reader, 0) : null;
    }

    /// <summary>Labels, what is scheduled, who waits to be given to somebody, and the open episode: the same one goes on, or is done with where there is one.</summary>
    public static async Task MoveRestAsync(
        NpgsqlConnection connection,
        TransferWay way,
        IReadOnlyCollection<KeyValuePair<ConversationId, ConversationId>> pairs,
        IReadOnlyDictionary<ConversationId, ConversationHead> heads,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (pairs.Count == 0)
        {
            return;
        }

        var (tenant, from, to) = (way.Tenant.Value, pairs.Select(p => p.Key.Value).ToArray(), pairs.Select(p => p.Value.Value).ToArray());
        var joined = pairs
            .Where(p => heads.GetValueOrDefault(p.Value) is { Status: not ConversationStatus.Resolved })
            .Select(p => p.Key.Value)
            .ToArray();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                TenantSql.Command(
                    """
                    UPDATE episodes e SET conversation_id = CASE WHEN t.from_id = ANY ($5) THEN e.conversation_id ELSE t.to_id END,
                        instance_id = CASE WHEN t.from_id = ANY ($5) THEN e.instance_id ELSE $4 END,
                        resolved_at = CASE WHEN t.from_id = ANY ($5) THEN $6 END
                    FROM unnest($2::uuid[], $3::uuid[]) AS t (from_id, to_id)
                    WHERE e.tenant_id = $1 AND e.conversation_id = t.from_id AND e.resolved_at IS NULL
                    """,
                    tenant,
                    from,
                    to,
                    way.To.Value,
                    joined,
                    now.ToUniversalTime()
                ),
                TenantSql.Command(
                    """
                    INSERT INTO conversation_labels (tenant_id, conversation_id, label_id)
                    SELECT $1, t.to_id, l.label_id FROM unnest($2::uuid[], $3::uuid[]) AS t (from_id, to_id)
                    JOIN conversation_labels l ON l.tenant_id = $1 AND l.conversation_id = t.from_id ON CONFLICT DO NOTHING
                    """,
                    tenant,
                    from,
                    to
                ),
                TenantSql.Command(
                    """
                    UPDATE scheduled_messages s SET conversation_id = t.to_id, instance_id = $4 FROM unnest($2::uuid[], $3::uuid[]) AS t (from_id, to_id)
                    WHERE s.tenant_id = $1 AND s.conversation_id = t.from_id AND s.state = 'Scheduled'
                    """,
                    tenant,
                    from,
                    to,
                    way.To.Value
                ),
                TenantSql.Command(
                    """
                    WITH gone AS (DELETE FROM assignment_queue WHERE tenant_id = $1 AND conversation_id = ANY ($2) RETURNING conversation_id, before, queued_at)
                    INSERT INTO assignment_queue (tenant_id, conversation_id, before, queued_at)
                    SELECT $1, t.to_id, g.before, g.queued_at FROM gone g JOIN unnest($2::uuid[], $3::uuid[]) AS t (from_id, to_id) ON t.from_id = g.conversation_id
                    ON CONFLICT DO NOTHING
                    """,
                    tenant,
                    from,
                    to
                ),
                WorkList.DueCommand(WorkKind.Later, way.To),
                WorkList.DueCommand(WorkKind.Assign, way.To),
            },
        };
        await batch.ExecuteNonQueryAsync(ct);
    }
}
