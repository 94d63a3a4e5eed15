using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Csat;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Csat;

/// <summary>
/// Plans the question with the resolution, where a person answered in the episode. Whether it is asked is decided when it is due: by then the resolution may
/// have been taken back, and the customer may have written again.
/// </summary>
public sealed class CsatPlanStep : IConversationStep
{
    public async Task ApplyAsync(ConversationMove move, CancellationToken cancellation)
    {
        if (
            move.After is not { Status: ConversationStatus.Resolved, Kind: ConversationKind.Person, EpisodeId: { } episode }
            || move.Before.Status == ConversationStatus.Resolved
        )
        {
            return;
        }

        await using var command = move.Connection.Sql(
            """
            INSERT INTO surveys (id, tenant_id, episode_id, conversation_id, instance_id, team_id, agent_id, due_at)
            SELECT $3, $1, e.id, e.conversation_id, $4, e.team_id, e.resolved_by, now() + $5
            FROM csat_settings t JOIN episodes e ON e.tenant_id = t.tenant_id AND e.id = $2
            WHERE t.tenant_id = $1 AND t.enabled AND e.first_reply_at IS NOT NULL AND e.resolved_by IS NOT NULL
            ON CONFLICT (tenant_id, episode_id) DO UPDATE SET due_at = excluded.due_at, team_id = excluded.team_id, agent_id = excluded.agent_id
            WHERE surveys.asked_at IS NULL
            """,
            move.After.TenantId.Value,
            episode.Value,
            Id.New<SurveyId>(move.Now).Value,
            move.After.InstanceId.Value,
            Survey.Delay
        );
        if (await command.ExecuteNonQueryAsync(cancellation) > 0)
        {
            move.WakesAfter = Survey.Delay;
        }
    }
}
