using Npgsql;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Csat;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Csat;

/// <summary>A question that is due.</summary>
internal sealed record DueSurvey(SurveyId Id, ConversationId Conversation, EpisodeId Episode, InstanceId Number);

/// <summary>What is known of a question when it is due, its conversation locked.</summary>
/// <param name="Facts">Without what the head says.</param>
internal sealed record SurveyView(SurveyFacts Facts, string Question, int AnswerHours, CannedValues Values, DateTimeOffset Now);

internal static class CsatSql
{
    public static async Task<List<DueSurvey>> DueAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId number,
        int most,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT id, conversation_id, episode_id FROM surveys WHERE tenant_id = $1 AND instance_id = $2 AND due_at <= now() ORDER BY due_at LIMIT $3
            """,
            tenant.Value,
            number.Value,
            most
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var due = new List<DueSurvey>();
        while (await reader.ReadAsync(ct))
        {
            due.Add(
                new DueSurvey(
                    new SurveyId(reader.GetGuid(0)),
                    new ConversationId(reader.GetGuid(1)),
                    new EpisodeId(reader.GetGuid(2)),
                    number
                )
            );
        }

        return due;
    }

    /// <summary>Locks the conversation's row, as whoever queues does. Null: it was asked, put off or taken back meanwhile.</summary>
    public static async Task<SurveyView?> ReadAsync(NpgsqlConnection connection, TenantId tenant, SurveyId survey, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT now() - s.due_at, coalesce(t.enabled, false), e.first_reply_at IS NOT NULL AND e.resolved_at IS NOT NULL, c.blocked_at IS NOT NULL,
                EXISTS (
                    SELECT FROM contact_identities i JOIN suppressions p ON p.tenant_id = $1 AND p.kind = i.kind AND p.value = i.value
                    WHERE i.tenant_id = $1 AND i.contact_id = c.contact_id
                ),
                EXISTS (
                    SELECT FROM conversations o JOIN surveys a ON a.tenant_id = $1 AND a.conversation_id = o.id
                    WHERE o.tenant_id = $1 AND o.contact_id = c.contact_id AND a.asked_at > now() - coalesce(t.quiet_days, 0) * interval '1 day'
                ),
                n.deleted_at IS NOT NULL, coalesce(t.question, ''), coalesce(t.answer_hours, 1), coalesce(p.name, p.push_name), coalesce(u.display_name, ''), n.name, k.name,
                now()
            FROM surveys s
            JOIN conversations c ON c.tenant_id = s.tenant_id AND c.id = s.conversation_id
            JOIN episodes e ON e.id = s.episode_id
            JOIN instances n ON n.tenant_id = s.tenant_id AND n.id = c.instance_id
            JOIN tenants k ON k.id = s.tenant_id
            LEFT JOIN csat_settings t ON t.tenant_id = s.tenant_id
            LEFT JOIN contacts p ON p.tenant_id = s.tenant_id AND p.id = c.contact_id
            LEFT JOIN users u ON u.id = s.agent_id
            WHERE s.tenant_id = $1 AND s.id = $2 AND s.due_at <= now()
            FOR NO KEY UPDATE OF c
            """,
            tenant.Value,
            survey.Value
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new SurveyView(
                new SurveyFacts(
                    reader.GetFieldValue<TimeSpan>(0),
                    reader.GetBoolean(1),
                    Resolved: true,
                    reader.GetBoolean(2),
                    reader.GetBoolean(3),
                    reader.GetBoolean(4),
                    reader.GetBoolean(5),
                    reader.GetBoolean(6)
                ),
                reader.GetString(7),
                reader.GetInt32(8),
                new CannedValues(reader.TextOrNull(9), reader.GetString(10), reader.GetString(11), reader.GetString(12)),
                reader.Time(13)
            )
            : null;
    }

    /// <summary>False where somebody else ended it meanwhile.</summary>
    public static async Task<bool> AskedAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        SurveyId survey,
        int hours,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            UPDATE surveys SET due_at = NULL, asked_at = now(), open_until = now() + $3 * interval '1 hour'
            WHERE tenant_id = $1 AND id = $2 AND asked_at IS NULL
            """,
            tenant.Value,
            survey.Value,
            hours
        );
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    public static async Task ForgetAsync(NpgsqlConnection connection, TenantId tenant, SurveyId survey, CancellationToken ct)
    {
        await using var command = connection.Sql(
            "DELETE FROM surveys WHERE tenant_id = $1 AND id = $2 AND asked_at IS NULL AND due_at <= now()",
            tenant.Value,
            survey.Value
        );
        await command.ExecuteNonQueryAsync(ct);
    }
}
