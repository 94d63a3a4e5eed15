using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>Edits and deletions. One that comes before its message waits for it; the latest edit wins; what is deleted stays deleted.</summary>
internal static class MessageChanges
{
    public static async Task ApplyAsync(InboundContext context, CancellationToken cancellation)
    {
        var changes = Collect(context);
        await TakeWaitingAsync(context, changes, cancellation);
        if (changes.Count == 0)
        {
            return;
        }

        var rows = await ReadAsync(context, changes, cancellation);
        await using var batch = new NpgsqlBatch(context.Connection);
        foreach (var change in changes)
        {
            if (rows.TryGetValue(change.ProviderId, out var row))
            {
                Write(context, batch, change, row);
                context.Changes.Add(new MessageChanged(context.Tenant, row.Conversation, row.Id));
                context.Changes.Add(new ConversationChanged(context.Tenant, row.Conversation));
            }
            else
            {
                Keep(context, batch, change);
            }
        }

        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Says that messages named by WhatsApp's id look different, where we have them.</summary>
    public static async Task AnnounceAsync(InboundContext context, IEnumerable<string> providerIds, CancellationToken cancellation)
    {
        await using var command = context.Connection.Sql(
            "SELECT id, conversation_id FROM messages WHERE tenant_id = $1 AND instance_id = $2 AND provider_id = ANY ($3)",
            context.Tenant.Value,
            context.Instance.Value,
            providerIds.Distinct(StringComparer.Ordinal).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            context.Changes.Add(
                new MessageChanged(context.Tenant, new ConversationId(reader.GetGuid(1)), new MessageId(reader.GetGuid(0)))
            );
        }
    }

    private static List<Change> Collect(InboundContext context)
    {
        var changes = new List<Change>();
        foreach (var item in context.Items)
        {
            foreach (var e in item.Events)
            {
                switch (e)
                {
                    case MessageEdited edit:
                        changes.Add(new Change(edit.ProviderId, edit.Body, edit.At ?? item.ReceivedAt));
                        break;
                    case MessageRevoked revoke:
                        changes.Add(new Change(revoke.ProviderId, null, item.ReceivedAt));
                        break;
                    case MessageDeletedByUs delete:
                        changes.Add(new Change(delete.ProviderId, null, item.ReceivedAt));
                        break;
                    default:
                        break;
                }
            }
        }

        return changes;
    }

    private static async Task TakeWaitingAsync(InboundContext context, List<Change> changes, CancellationToken cancellation)
    {
        if (context.Arrivals.Count == 0)
        {
            return;
        }

        await using var command = context.Connection.Sql(
            "DELETE FROM waiting_changes WHERE tenant_id = $1 AND instance_id = $2 AND provider_id = ANY ($3) RETURNING provider_id, body, at",
            context.Tenant.Value,
            context.Instance.Value,
            context.Arrivals.Select(a => a.Message.ProviderId).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            changes.Add(
                new Change(
                    reader.GetString(0),
                    reader.IsDBNull(1) ? null : MessageBodyJson.Read(reader.GetString(1)),
                    reader.GetFieldValue<DateTimeOffset>(2)
                )
            );
        }
    }

    private static async Task<Dictionary<string, Row>> ReadAsync(
        InboundContext context,
        List<Change> changes,
        CancellationToken cancellation
    )
    {
        await using var command = context.Connection.Sql(
            "SELECT provider_id, id, conversation_id, body FROM messages WHERE tenant_id = $1 AND instance_id = $2 AND provider_id = ANY ($3)",
            context.Tenant.Value,
            context.Instance.Value,
            changes.Select(c => c.ProviderId).Distinct(StringComparer.Ordinal).ToArray()
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new Dictionary<string, Row>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
        {
            rows[reader.GetString(0)] = new Row(
                new MessageId(reader.GetGuid(1)),
                new ConversationId(reader.GetGuid(2)),
                MessageBodyJson.Read(reader.GetString(3))
            );
        }

        return rows;
    }

    private static void Write(InboundContext context, NpgsqlBatch batch, Change change, Row row)
    {
        var body = change.Body is { } edited ? Edits.Apply(row.Body, edited) : null;
        batch.BatchCommands.Add(
            body is null
                ? People.Command(
                    "UPDATE messages SET deleted_at = coalesce(deleted_at, $2), text = '' WHERE id = $1",
                    row.Id.Value,
                    change.At.ToUniversalTime()
                )
                : People.Command(
                    """
                    UPDATE messages SET edited_at = $2, body = $3, text = CASE WHEN deleted_at IS NULL THEN $4 ELSE '' END
                    WHERE id = $1 AND (edited_at IS NULL OR edited_at <= $2)
                    """,
                    row.Id.Value,
                    change.At.ToUniversalTime(),
                    Json(MessageBodyJson.Write(body)),
                    body.Plain
                )
        );
        batch.BatchCommands.Add(
            People.Command(
                """
                UPDATE conversation_heads h SET last_preview = $4, last_kind = CASE WHEN m.deleted_at IS NULL THEN m.kind ELSE 'Text' END
                FROM messages m WHERE m.id = $1 AND h.tenant_id = $2 AND h.conversation_id = $3 AND h.last_message_id = m.id
                AND (m.deleted_at IS NOT NULL) = ($4 = '')
                """,
                row.Id.Value,
                context.Tenant.Value,
                row.Conversation.Value,
                body is null ? "" : HeadRules.Preview(body.Plain)
            )
        );
    }

    private static void Keep(InboundContext context, NpgsqlBatch batch, Change change) =>
        batch.BatchCommands.Add(
            People.Command(
                """
                INSERT INTO waiting_changes AS w (tenant_id, instance_id, provider_id, change, body, at) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (tenant_id, instance_id, provider_id, change) DO UPDATE SET body = excluded.body, at = excluded.at WHERE w.at <= excluded.at
                """,
                context.Tenant.Value,
                context.Instance.Value,
                change.ProviderId,
                change.Body is null ? "delete" : "edit",
                Json(change.Body is null ? null : MessageBodyJson.Write(change.Body)),
                change.At.ToUniversalTime()
            )
        );

    private static NpgsqlParameter Json(string? json) => new() { NpgsqlDbType = NpgsqlDbType.Jsonb, Value = (object?)json ?? DBNull.Value };

    /// <param name="Body">The new body of an edit; null for a deletion.</param>
    private sealed record Change(string ProviderId, MessageBody? Body, DateTimeOffset At);

    private sealed record Row(MessageId Id, ConversationId Conversation, MessageBody Body);
}
