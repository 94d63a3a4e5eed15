using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Notes;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Notes;

/// <summary>Notes as rows of the thread. They have no fate, no lane and no words in the text column, so that nothing that sends, counts or searches takes them.</summary>
internal static class NoteSql
{
    /// <summary>Null where a note, or anything else, was already written with this key.</summary>
    public static async Task<MessageId?> AddAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        ConversationId conversation,
        InstanceId number,
        UserId author,
        Guid key,
        NoteBody body,
        DateTimeOffset at,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, sent_at, created_at, author_id, client_key,
                media_attempts, attempts, settle_count)
            VALUES ($1, $2, $3, $4, 'Out', 'Agent', 'Note', '', $5, $6, $6, $7, $8, 0, 0, 0)
            ON CONFLICT (tenant_id, client_key) WHERE client_key IS NOT NULL DO NOTHING RETURNING id
            """,
            Id.New<MessageId>(at).Value,
            tenant.Value,
            conversation.Value,
            number.Value,
            Json(body),
            at.ToUniversalTime(),
            author.Value,
            key
        );
        return await command.ExecuteScalarAsync(ct) is Guid id ? new MessageId(id) : null;
    }

    /// <summary>A note of this author that is still there, locked; with the number its conversation goes through.</summary>
    public static async Task<(ConversationId Conversation, InstanceId Number, NoteBody Body)?> LockAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        MessageId id,
        UserId author,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT m.conversation_id, c.instance_id, m.body::text FROM messages m JOIN conversations c ON c.tenant_id = $1 AND c.id = m.conversation_id
            WHERE m.tenant_id = $1 AND m.id = $2 AND m.kind = 'Note' AND m.author_id = $3 AND m.deleted_at IS NULL FOR UPDATE OF m
            """,
            tenant.Value,
            id.Value,
            author.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) && MessageBodyJson.Read(reader.GetString(2)) is NoteBody body
            ? (new ConversationId(reader.GetGuid(0)), new InstanceId(reader.GetGuid(1)), body)
            : null;
    }

    public static async Task EditAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        MessageId id,
        NoteBody body,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            "UPDATE messages SET body = $3, edited_at = $4 WHERE tenant_id = $1 AND id = $2",
            tenant.Value,
            id.Value,
            Json(body),
            now.ToUniversalTime()
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Its place stays, its words go.</summary>
    public static async Task DeleteAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        MessageId id,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            "UPDATE messages SET body = $3, deleted_at = $4 WHERE tenant_id = $1 AND id = $2",
            tenant.Value,
            id.Value,
            Json(NoteBody.Empty),
            now.ToUniversalTime()
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Whom a note in a conversation of this number may mention.</summary>
    public static IReadOnlyList<Mentionable> Who(IEnumerable<AgentRow> agents, InstanceId number) =>
        [.. agents.Where(a => a.Sees(number)).Select(a => new Mentionable(a.Id, a.Name))];

    private static NpgsqlParameter Json(NoteBody body) => new() { Value = MessageBodyJson.Write(body), NpgsqlDbType = NpgsqlDbType.Jsonb };
}
