using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>Conversation heads by hand-written SQL: every message passes here.</summary>
internal static class HeadSql
{
    private const string Columns = """
        conversation_id, tenant_id, instance_id, kind, status, episode_id, last_message_id, last_at, last_preview, last_kind, last_direction,
        last_delivery, last_inbound_at, unread, assignee_id, team_id, priority, snoozed_until, waiting_since, sla
        """;

    /// <summary>Reads and locks, in one order for everybody.</summary>
    public static async Task<Dictionary<ConversationId, ConversationHead>> LockAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IEnumerable<ConversationId> conversations,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            $"SELECT {Columns} FROM conversation_heads WHERE tenant_id = $1 AND conversation_id = ANY ($2) ORDER BY conversation_id FOR UPDATE",
            tenant.Value,
            conversations.Select(c => c.Value).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var heads = new Dictionary<ConversationId, ConversationHead>();
        while (await reader.ReadAsync(cancellation))
        {
            var head = Read(reader);
            heads[head.ConversationId] = head;
        }

        return heads;
    }

    /// <summary>Writes heads that were locked, or are new.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<ConversationHead> heads,
        CancellationToken cancellation
    )
    {
        if (heads.Count == 0)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(connection);
        foreach (var head in heads.OrderBy(h => h.ConversationId.Value))
        {
            batch.BatchCommands.Add(WriteCommand(head));
        }

        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlBatchCommand WriteCommand(ConversationHead head) =>
        new(
            $"""
            INSERT INTO conversation_heads ({Columns}, lapse_at, alert_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
            ON CONFLICT (tenant_id, conversation_id) DO UPDATE SET
                status = excluded.status, episode_id = excluded.episode_id, last_message_id = excluded.last_message_id, last_at = excluded.last_at,
                last_preview = excluded.last_preview, last_kind = excluded.last_kind, last_direction = excluded.last_direction,
                last_delivery = excluded.last_delivery, last_inbound_at = excluded.last_inbound_at, unread = excluded.unread,
                assignee_id = excluded.assignee_id, team_id = excluded.team_id, priority = excluded.priority,
                snoozed_until = excluded.snoozed_until, waiting_since = excluded.waiting_since, sla = excluded.sla,
                lapse_at = excluded.lapse_at, alert_at = excluded.alert_at
            """
        )
        {
            Parameters =
            {
                new() { Value = head.ConversationId.Value },
                new() { Value = head.TenantId.Value },
                new() { Value = head.InstanceId.Value },
                new() { Value = head.Kind.ToString() },
                new() { Value = head.Status.ToString() },
                new() { Value = (object?)head.EpisodeId?.Value ?? DBNull.Value },
                new() { Value = (object?)head.LastMessageId?.Value ?? DBNull.Value },
                new() { Value = head.LastAt.ToUniversalTime() },
                new() { Value = head.LastPreview },
                new() { Value = head.LastKind.ToString() },
                new() { Value = head.LastDirection.ToString() },
                new() { Value = (object?)head.LastDelivery?.ToString() ?? DBNull.Value },
                new() { Value = (object?)head.LastInboundAt?.ToUniversalTime() ?? DBNull.Value },
                new() { Value = head.Unread },
                new() { Value = (object?)head.AssigneeId?.Value ?? DBNull.Value },
                new() { Value = (object?)head.TeamId?.Value ?? DBNull.Value },
                new() { Value = head.Priority.ToString() },
                new() { Value = (object?)head.SnoozedUntil?.ToUniversalTime() ?? DBNull.Value },
                new() { Value = (object?)head.WaitingSince?.ToUniversalTime() ?? DBNull.Value },
                new() { Value = head.Sla is { } sla ? SlaClock.Write(sla) : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb },
                new() { Value = (object?)head.LapseAt?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
                new() { Value = (object?)head.AlertAt?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz },
            },
        };

    private static ConversationHead Read(NpgsqlDataReader row) =>
        new()
        {
            ConversationId = new ConversationId(row.GetGuid(0)),
            TenantId = new TenantId(row.GetGuid(1)),
            InstanceId = new InstanceId(row.GetGuid(2)),
            Kind = Enum.Parse<ConversationKind>(row.GetString(3)),
            Status = Enum.Parse<ConversationStatus>(row.GetString(4)),
            EpisodeId = row.IsDBNull(5) ? null : new EpisodeId(row.GetGuid(5)),
            LastMessageId = row.IsDBNull(6) ? null : new MessageId(row.GetGuid(6)),
            LastAt = row.GetFieldValue<DateTimeOffset>(7),
            LastPreview = row.GetString(8),
            LastKind = Enum.Parse<MessageKind>(row.GetString(9)),
            LastDirection = Enum.Parse<MessageDirection>(row.GetString(10)),
            LastDelivery = row.IsDBNull(11) ? null : Enum.Parse<DeliveryState>(row.GetString(11)),
            LastInboundAt = row.IsDBNull(12) ? null : row.GetFieldValue<DateTimeOffset>(12),
            Unread = row.GetInt32(13),
            AssigneeId = row.IsDBNull(14) ? null : new UserId(row.GetGuid(14)),
            TeamId = row.IsDBNull(15) ? null : new TeamId(row.GetGuid(15)),
            Priority = Enum.Parse<ConversationPriority>(row.GetString(16)),
            SnoozedUntil = row.IsDBNull(17) ? null : row.GetFieldValue<DateTimeOffset>(17),
            WaitingSince = row.IsDBNull(18) ? null : row.GetFieldValue<DateTimeOffset>(18),
            Sla = row.IsDBNull(19) ? null : SlaClock.Read(row.GetString(19)),
        };
}
