using Npgsql;
using WhatsAI.Core.Inbox.Sla;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Inbox.Later;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox.Sla;

/// <summary>
/// Measures the conversations of a number that are not resolved by the targets and hours as they are now, a few hundred at a time, each lot a transaction of
/// its own: no customer's message waits for the rest.
/// </summary>
public sealed class SlaRecount(NpgsqlDataSource database, EventHub hub) : ILaterPart
{
    private const int Batch = 200;

    public async Task RunAsync(TenantId tenant, InstanceId number, CancellationToken ct)
    {
        if (!await AskedAsync(tenant, number, ct))
        {
            return;
        }

        var (after, moved) = ((ConversationId?)default(ConversationId), false);
        while (after is { } at)
        {
            (after, var some) = await StepAsync(tenant, number, at, ct);
            moved |= some;
        }

        await DoneAsync(tenant, number, ct);
        if (moved)
        {
            hub.Publish(new EverythingChanged(tenant));
        }
    }

    public Task<DateTimeOffset?> NextAsync(NpgsqlConnection connection, TenantId tenant, InstanceId number, CancellationToken ct) =>
        LaterWork.TimeAsync(
            connection.Sql(
                "SELECT CASE WHEN done_at IS NULL THEN now() ELSE again_at END FROM sla_recounts WHERE tenant_id = $1 AND instance_id = $2",
                tenant.Value,
                number.Value
            ),
            ct
        );

    private async Task<bool> AskedAsync(TenantId tenant, InstanceId number, CancellationToken ct)
    {
        await using var scope = await database.BeginAsync(tenant, ct);
        await using var command = scope.Connection.Sql(
            "SELECT 1 FROM sla_recounts WHERE tenant_id = $1 AND instance_id = $2 AND (done_at IS NULL OR again_at <= now())",
            tenant.Value,
            number.Value
        );
        return await command.ExecuteScalarAsync(ct) is not null;
    }

    /// <summary>The first time is noted, the second ends it; a change that came meanwhile has begun anew, and does so again.</summary>
    private async Task DoneAsync(TenantId tenant, InstanceId number, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        await using var command = transaction.Connection.Sql(
            """
            WITH over AS (
                DELETE FROM sla_recounts WHERE tenant_id = $1 AND instance_id = $2 AND done_at IS NOT NULL AND again_at <= now() RETURNING 1
            )
            UPDATE sla_recounts SET done_at = now() WHERE tenant_id = $1 AND instance_id = $2 AND done_at IS NULL AND NOT EXISTS (SELECT FROM over)
            """,
            tenant.Value,
            number.Value
        );
        await command.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private async Task<(ConversationId? Last, bool Moved)> StepAsync(
        TenantId tenant,
        InstanceId number,
        ConversationId after,
        CancellationToken ct
    )
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        var rules = await SlaSql.ReadAsync(connection, tenant, ct);
        var (facts, now) = await FactsAsync(connection, tenant, number, after, ct);
        if (facts.Count == 0)
        {
            return (null, false);
        }

        var (counters, written) = (new ConversationCounters(), new List<ConversationHead>());
        foreach (var head in (await HeadSql.LockAsync(connection, tenant, facts.Keys, ct)).Values)
        {
            var (openedAt, answered) = facts[head.ConversationId];
            var next = rules.Again(head, openedAt, answered, now);
            if (head.Status != ConversationStatus.Resolved && next != head)
            {
                counters.Moved(head, next);
                written.Add(next);
            }
        }

        await HeadSql.WriteAsync(connection, written, ct);
        await counters.ApplyAsync(connection, tenant, ct);
        await transaction.CommitAsync(ct);
        return (facts.Count < Batch ? null : facts.Keys.MaxBy(k => k.Value.ToString("N"), StringComparer.Ordinal), written.Count > 0);
    }

    private static async Task<(Dictionary<ConversationId, (DateTimeOffset OpenedAt, bool Answered)> Facts, DateTimeOffset Now)> FactsAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        InstanceId number,
        ConversationId after,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT h.conversation_id, coalesce(e.opened_at, now()), e.first_reply_at IS NOT NULL, now()
            FROM conversation_heads h LEFT JOIN episodes e ON e.id = h.episode_id
            WHERE h.tenant_id = $1 AND h.instance_id = $2 AND h.kind = 'Person' AND h.status IN ('Open', 'Pending', 'Snoozed') AND h.conversation_id > $3
            ORDER BY h.conversation_id LIMIT $4
            """,
            tenant.Value,
            number.Value,
            after.Value,
            Batch
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (facts, now) = (new Dictionary<ConversationId, (DateTimeOffset, bool)>(), default(DateTimeOffset));
        while (await reader.ReadAsync(ct))
        {
            facts.Add(new ConversationId(reader.GetGuid(0)), (reader.GetFieldValue<DateTimeOffset>(1), reader.GetBoolean(2)));
            now = reader.GetFieldValue<DateTimeOffset>(3);
        }

        return (facts, now);
    }
}
