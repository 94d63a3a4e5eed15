using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Messaging.Outbound;

/// <summary>What members have just answered in a conversation, read under its lock: of two who answer at the same moment the second sees the first.</summary>
internal static class RecentAnswers
{
    // More than that nobody writes by hand in a minute; who was away for hours needs the last ones only.
    private const int Most = 50;

    public static async Task<Collision?> CheckAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        OutgoingMessage message,
        UserId author,
        AnswerGuard guard,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT author_id, sent_at, text FROM messages
            WHERE tenant_id = $1 AND conversation_id = $2 AND sent_at > $3 AND direction = 'Out' AND origin = 'Agent' AND lane IS NOT NULL
                AND author_id IS NOT NULL AND deleted_at IS NULL AND delivery NOT IN ('Failed', 'Skipped')
            ORDER BY sent_at DESC, id DESC LIMIT $4
            """,
            tenant.Value,
            message.Conversation.Value,
            ReplyLease.Since(now, guard.Waited).UtcDateTime,
            Most
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var answers = new List<RecentAnswer>();
        while (await reader.ReadAsync(cancellation))
        {
            answers.Add(new RecentAnswer(new UserId(reader.GetGuid(0)), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2)));
        }

        return ReplyLease.Check(author, message.Body.Plain, guard.Waited, answers, guard.Holder, now);
    }
}
