using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging;

/// <summary>A line to be written. <paramref name="Author"/> null: the program.</summary>
internal sealed record ActivityLine(ConversationHead Head, string Key, IReadOnlyList<string> Values, UserId? Author);

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
        var lines = await AddAsync(connection, [new ActivityLine(head, key, values, author)], now, ct);
        return lines[0].Line;
    }

    /// <summary>As many as there are to write, in one round trip. The heads are locked.</summary>
    public static async Task<IReadOnlyList<(ConversationId Conversation, MessageId Line)>> AddAsync(
        NpgsqlConnection connection,
        IReadOnlyList<ActivityLine> lines,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (lines.Count == 0)
        {
            return [];
        }

        var written = new List<(ConversationId, MessageId)>();
        await using var batch = new NpgsqlBatch(connection);
        foreach (var line in lines)
        {
            var id = Id.New<MessageId>(now);
            written.Add((line.Head.ConversationId, id));
            batch.BatchCommands.Add(
                TenantSql.Command(
                    """
                    INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, sent_at, created_at, author_id,
                        media_attempts, attempts, settle_count)
                    VALUES ($1, $2, $3, $4, 'Out', 'System', 'Line', '', $5, $6, $6, $7, 0, 0, 0)
                    """,
                    id.Value,
                    line.Head.TenantId.Value,
                    line.Head.ConversationId.Value,
                    line.Head.InstanceId.Value,
                    new NpgsqlParameter
                    {
                        Value = MessageBodyJson.Write(new LineBody(line.Key, line.Values)),
                        NpgsqlDbType = NpgsqlDbType.Jsonb,
                    },
                    now.ToUniversalTime(),
                    new NpgsqlParameter { Value = (object?)line.Author?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid }
                )
            );
        }

        await batch.ExecuteNonQueryAsync(ct);
        return written;
    }
}
