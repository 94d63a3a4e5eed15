using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Media;

/// <param name="Body">JSON, see <see cref="MessageBodyJson"/>.</param>
internal sealed record PendingMedia(MessageId Message, ConversationId Conversation, string Body, int Attempts);

/// <summary>The fetching of media, as it stands in the messages. Every change holds only while the message still waits for its file.</summary>
internal static class MediaSql
{
    // A delivery's reason is not ours to overwrite.
    private const string OwnReason = "reason IS NULL OR reason LIKE 'media.%'";

    public static async Task<IReadOnlyList<PendingMedia>> DueAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId instance,
        int most,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT id, conversation_id, body::text, media_attempts FROM messages
            WHERE tenant_id = $1 AND instance_id = $2 AND media_state = 'Pending' AND (media_due_at IS NULL OR media_due_at <= now())
            ORDER BY media_due_at NULLS FIRST LIMIT $3
            """,
            tenant.Value,
            instance.Value,
            most
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var due = new List<PendingMedia>();
        while (await reader.ReadAsync(cancellation))
        {
            due.Add(new(new(reader.GetGuid(0)), new(reader.GetGuid(1)), reader.GetString(2), reader.GetInt16(3)));
        }

        return due;
    }

    /// <summary>How long until the next file is due, but not before <paramref name="wait"/> is over; null when none waits.</summary>
    public static async Task<TimeSpan?> NextDueAsync(
        NpgsqlConnection connection,
        WorkClaim claim,
        TimeSpan wait,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT min(greatest(coalesce(media_due_at, now()) - now(), $3)) FROM messages
            WHERE tenant_id = $1 AND instance_id = $2 AND media_state = 'Pending'
            """,
            claim.Tenant.Value,
            claim.Instance.Value,
            wait
        );
        return await command.ExecuteScalarAsync(cancellation) as TimeSpan?;
    }

    public static async Task<bool> ReadyAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        MessageId message,
        FetchOutcome.Stored stored,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            $"""
            WITH file AS (
                INSERT INTO media_files (id, tenant_id, hash, size, content_type, file_name, stored_at)
                SELECT $3, $1, $4, $5, $6, $7, $8 FROM messages WHERE tenant_id = $1 AND id = $2 AND media_state = 'Pending' FOR UPDATE
                RETURNING id
            )
            UPDATE messages SET media_id = file.id, media_state = 'Ready', media_due_at = NULL,
                reason = CASE WHEN {OwnReason} THEN NULL ELSE reason END
            FROM file WHERE messages.tenant_id = $1 AND messages.id = $2
            """,
            tenant.Value,
            message.Value,
            Id.New<MediaId>(now).Value,
            stored.File.Hash,
            stored.File.Size,
            stored.Look.ContentType,
            new NpgsqlParameter<string?> { TypedValue = stored.Name },
            now
        );
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    public static Task<bool> AgainAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        MessageId message,
        int attempts,
        TimeSpan wait,
        CancellationToken cancellation
    ) =>
        ChangeAsync(
            connection,
            "UPDATE messages SET media_attempts = $3, media_due_at = now() + $4 WHERE tenant_id = $1 AND id = $2 AND media_state = 'Pending'",
            cancellation,
            tenant.Value,
            message.Value,
            (short)attempts,
            wait
        );

    public static Task<bool> FailedAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        MessageId message,
        int attempts,
        string reason,
        CancellationToken cancellation
    ) =>
        ChangeAsync(
            connection,
            $"""
            UPDATE messages SET media_state = 'Failed', media_attempts = $3, media_due_at = NULL,
                reason = CASE WHEN {OwnReason} THEN $4 ELSE reason END
            WHERE tenant_id = $1 AND id = $2 AND media_state = 'Pending'
            """,
            cancellation,
            tenant.Value,
            message.Value,
            (short)attempts,
            reason
        );

    private static async Task<bool> ChangeAsync(
        NpgsqlConnection connection,
        string sql,
        CancellationToken cancellation,
        params object[] values
    )
    {
        await using var command = connection.Sql(sql, values);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }
}
