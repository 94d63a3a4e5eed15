using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>Lines that the console writes into a thread: who did what with the conversation. They are no messages to anybody and move nothing.</summary>
internal static class ActivityLines
{
    /// <param name="connection">In the tenant.</param>
    /// <param name="head">The conversation, locked.</param>
    /// <param name="key">A resource key ("line.resolved").</param>
    /// <param name="values">What fills its placeholders.</param>
    /// <param name="author">The member who did it; null: the program.</param>
    /// <param name="now">When.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<MessageId> AddAsync(
        NpgsqlConnection connection,
        ConversationHead head,
        string key,
        IReadOnlyList<string> values,
        UserId? author,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var id = Id.New<MessageId>(now);
        await using var command = connection.Sql(
            """
            INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, sent_at, created_at, author_id,
                media_attempts, attempts, settle_count)
            VALUES ($1, $2, $3, $4, 'Out', 'System', 'Line', '', $5, $6, $6, $7, 0, 0, 0)
            """,
            id.Value,
            head.TenantId.Value,
            head.ConversationId.Value,
            head.InstanceId.Value,
            new NpgsqlParameter { Value = MessageBodyJson.Write(new LineBody(key, values)), NpgsqlDbType = NpgsqlDbType.Jsonb },
            now.ToUniversalTime(),
            new NpgsqlParameter { Value = (object?)author?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }
        );
        await command.ExecuteNonQueryAsync(ct);
        return id;
    }
}
