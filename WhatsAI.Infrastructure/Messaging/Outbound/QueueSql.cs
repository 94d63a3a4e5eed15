using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Gateways;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>Whose turn it is in a number's queue, and what is handed over then.</summary>
internal static class QueueSql
{
    /// <summary>
    /// The most urgent message. A reply that waits keeps the head of the queue, so that no later one reaches the customer before it; what machines started
    /// makes room while it is not due.
    /// </summary>
    public static async Task<QueuedMessage?> HeadAsync(NpgsqlConnection connection, InstanceId instance, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            """
            SELECT id, conversation_id, lane, origin, due_at - now() FROM messages
            WHERE instance_id = $1 AND delivery = 'Queued' AND held_by IS NULL AND (lane = 0 OR due_at IS NULL OR due_at <= now())
            ORDER BY lane, sent_at, id LIMIT 1
            """,
            instance.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new QueuedMessage(
                new MessageId(reader.GetGuid(0)),
                new ConversationId(reader.GetGuid(1)),
                (Lane)reader.GetInt16(2),
                Enum.Parse<MessageOrigin>(reader.GetString(3)),
                await reader.IsDBNullAsync(4, cancellation) ? TimeSpan.Zero : reader.GetTimeSpan(4)
            )
            : null;
    }

    /// <summary>How long until the queue has something due; null when it is empty.</summary>
    public static async Task<TimeSpan?> NextDueAsync(NpgsqlConnection connection, InstanceId instance, CancellationToken cancellation)
    {
        await using var command = connection.Sql(
            "SELECT min(coalesce(due_at, now())) - now() FROM messages WHERE instance_id = $1 AND delivery = 'Queued' AND held_by IS NULL",
            instance.Value
        );
        return await command.ExecuteScalarAsync(cancellation) as TimeSpan?;
    }

    /// <summary>Null when there is no address to send it to.</summary>
    public static async Task<Attempt?> TargetAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        QueuedMessage next,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT coalesce(c.group_jid, (
                    SELECT i.jid FROM contact_identities i WHERE i.tenant_id = $1 AND i.contact_id = c.contact_id
                    ORDER BY i.kind = 'Phone' DESC, i.first_seen_at LIMIT 1)),
                m.body, m.reply_to_provider_id, q.text, f.hash, f.content_type, f.file_name, coalesce(m.queued_at, m.created_at), m.attempts
            FROM messages m
            JOIN conversations c ON c.tenant_id = $1 AND c.id = m.conversation_id
            LEFT JOIN messages q ON q.tenant_id = $1 AND q.instance_id = m.instance_id AND q.provider_id = m.reply_to_provider_id
            LEFT JOIN media_files f ON f.tenant_id = $1 AND f.id = m.media_id
            WHERE m.tenant_id = $1 AND m.id = $2
            """,
            tenant.Value,
            next.Id.Value
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation) || reader.IsDBNull(0) || !Jid.TryParse(reader.GetString(0), out var to))
        {
            return null;
        }

        return new Attempt(
            next.Id,
            next.Conversation,
            to,
            MessageBodyJson.Read(reader.GetString(1)),
            reader.IsDBNull(2) ? null : new Quote(reader.GetString(2), reader.IsDBNull(3) ? "" : HeadRules.Preview(reader.GetString(3))),
            reader.IsDBNull(4)
                ? null
                : new AttemptMedia(reader.GetString(4), reader.GetString(5), reader.IsDBNull(6) ? "arquivo" : reader.GetString(6)),
            reader.GetFieldValue<DateTimeOffset>(7),
            reader.GetInt16(8) + 1,
            next.Lane
        );
    }
}

/// <summary>The message whose turn it is.</summary>
/// <param name="Wait">How long it is not due yet; zero or less: now.</param>
internal sealed record QueuedMessage(MessageId Id, ConversationId Conversation, Lane Lane, MessageOrigin Origin, TimeSpan Wait);
