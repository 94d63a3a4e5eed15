using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>
/// Edits and deletions, where they are their author's to make (<see cref="ChangeRules"/>). One that comes before its message waits for it; the latest edit
/// wins; what is deleted stays deleted.
/// </summary>
internal static class MessageChanges
{
    public static async Task ApplyAsync(InboundContext context, CancellationToken cancellation)
    {
        var changes = Collect(context);
        changes.AddRange(await WaitingChanges.TakeAsync(context, cancellation));
        if (changes.Count == 0)
        {
            return;
        }

        var rows = await ReadAsync(context, changes, cancellation);
        var isOurs = await OursAsync(context, changes, cancellation);
        await using var batch = new NpgsqlBatch(context.Connection);
        foreach (var change in changes)
        {
            if (rows.TryGetValue(change.ProviderId, out var row))
            {
                if (!ChangeRules.Fits(change.By, row.Target, isOurs))
                {
                    Refuse(context, change);
                    continue;
                }

                Write(context, batch, change, row);
                context.Changes.Add(new MessageChanged(context.Tenant, row.Conversation, row.Id));
                context.Changes.Add(new ConversationChanged(context.Tenant, row.Conversation));
            }
            else
            {
                WaitingChanges.Keep(context, batch, change);
            }
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }
    }

    // A deletion that only its author's phone vouches for is followed by the gateway's own word, which is judged for itself.
    private static void Refuse(InboundContext context, Change change)
    {
        if (change is { JournalId: { } id } and ({ By.Vouched: true } or { Body: not null }))
        {
            context.Refused.Add(id);
        }
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
                        changes.Add(new Change(edit.ProviderId, edit.Body, edit.At ?? item.ReceivedAt, edit.By, item.JournalId));
                        break;
                    case MessageRevoked revoke:
                        changes.Add(new Change(revoke.ProviderId, null, item.ReceivedAt, revoke.By, item.JournalId));
                        break;
                    case MessageDeletedByUs delete:
                        var ours = new ChangeSource(delete.Chat, null, null, null, FromMe: true, Vouched: true);
                        changes.Add(new Change(delete.ProviderId, null, item.ReceivedAt, ours, item.JournalId));
                        break;
                    default:
                        break;
                }
            }
        }

        return changes;
    }

    private static async Task<Dictionary<string, Row>> ReadAsync(
        InboundContext context,
        List<Change> changes,
        CancellationToken cancellation
    )
    {
        await using var command = context.Connection.Sql(
            """
            SELECT m.provider_id, m.id, m.conversation_id, m.body, m.direction, m.origin, c.group_jid,
                array(SELECT i.kind || ':' || i.value FROM contact_identities i WHERE i.tenant_id = $1 AND i.contact_id = c.contact_id),
                array(SELECT i.kind || ':' || i.value FROM contact_identities i WHERE i.tenant_id = $1 AND i.contact_id = m.sender_id)
            FROM messages m JOIN conversations c ON c.tenant_id = $1 AND c.id = m.conversation_id
            WHERE m.tenant_id = $1 AND m.instance_id = $2 AND m.provider_id = ANY ($3)
            """,
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
                MessageBodyJson.Read(reader.GetString(3)),
                new ChangeTarget(
                    Enum.Parse<MessageDirection>(reader.GetString(4)),
                    Enum.Parse<MessageOrigin>(reader.GetString(5)),
                    reader.IsDBNull(6) ? null : reader.GetString(6),
                    reader.GetFieldValue<string[]>(7),
                    reader.GetFieldValue<string[]>(8)
                )
            );
        }

        return rows;
    }

    /// <summary>Our own number is known by its phone. Its hidden id is not: any that is no contact's may be ours.</summary>
    private static async Task<Func<Jid, bool>> OursAsync(InboundContext context, List<Change> changes, CancellationToken cancellation)
    {
        var claimed = changes
            .Where(c => c.By is { Vouched: false, FromMe: true })
            .Select(c => ChangeRules.Name(c.By.Chat))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        if (claimed.Length == 0)
        {
            return _ => false;
        }

        await using var command = context.Connection.Sql(
            """
            SELECT s.own_jid, array(
                SELECT i.kind || ':' || i.value FROM unnest($3::text[]) AS k (name)
                JOIN contact_identities i ON i.tenant_id = $1 AND i.kind = split_part(k.name, ':', 1) AND i.value = split_part(k.name, ':', 2))
            FROM instance_statuses s WHERE s.tenant_id = $1 AND s.instance_id = $2
            """,
            context.Tenant.Value,
            context.Instance.Value,
            claimed
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
        {
            return _ => false;
        }

        var own = Jid.TryParse(reader.IsDBNull(0) ? null : reader.GetString(0), out var jid) ? ChangeRules.Name(jid) : null;
        var contacts = reader.GetFieldValue<string[]>(1);
        return chat =>
            ChangeRules.Name(chat) is { } name && (name == own || ((own is null || chat.Kind == JidKind.Lid) && !contacts.Contains(name)));
    }

    private static void Write(InboundContext context, NpgsqlBatch batch, Change change, Row row)
    {
        var body = change.Body is { } edited ? Edits.Apply(row.Body, edited) : null;
        batch.BatchCommands.Add(
            body is null
                ? TenantSql.Command(
                    "UPDATE messages SET deleted_at = coalesce(deleted_at, $2), text = '' WHERE id = $1",
                    row.Id.Value,
                    change.At.ToUniversalTime()
                )
                : TenantSql.Command(
                    """
                    UPDATE messages SET edited_at = $2, body = $3, text = CASE WHEN deleted_at IS NULL THEN $4 ELSE '' END
                    WHERE id = $1 AND (edited_at IS NULL OR edited_at <= $2)
                    """,
                    row.Id.Value,
                    change.At.ToUniversalTime(),
                    JsonParameter.Of(MessageBodyJson.Write(body)),
                    body.Plain
                )
        );
        batch.BatchCommands.Add(
            TenantSql.Command(
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

    private sealed record Row(MessageId Id, ConversationId Conversation, MessageBody Body, ChangeTarget Target);
}
