using Npgsql;
using NpgsqlTypes;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Inbox;

/// <summary>The conversations that wait to be given to somebody, in the caller's transaction.</summary>
internal static class AssignmentQueue
{
    /// <summary>With who had them before. What is there already keeps its place.</summary>
    public static async Task AddAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<ConversationHead> heads,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            INSERT INTO assignment_queue (tenant_id, conversation_id, before, queued_at)
            SELECT $1, t.id, t.before, now() FROM unnest($2::uuid[], $3::uuid[]) AS t (id, before)
            ON CONFLICT (tenant_id, conversation_id) DO NOTHING
            """,
            tenant.Value,
            heads.Select(h => h.ConversationId.Value).ToArray(),
            new NpgsqlParameter
            {
                Value = heads.Select(h => h.AssigneeId?.Value).ToArray(),
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid,
            }
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    public static async Task RemoveAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IEnumerable<ConversationId> ids,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            "DELETE FROM assignment_queue WHERE tenant_id = $1 AND conversation_id = ANY ($2)",
            tenant.Value,
            ids.Select(i => i.Value).ToArray()
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Somebody came, or has room again: where something waits, the choice is made anew. Raise <see cref="WorkKind.Assign"/> after the commit.</summary>
    public static async Task WakeAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            UPDATE work_list w SET due_at = least(due_at, now())
            WHERE w.kind = 'Assign' AND w.tenant_id = $1 AND w.instance_id = (
                SELECT h.instance_id FROM assignment_queue q JOIN conversation_heads h ON h.tenant_id = $1 AND h.conversation_id = q.conversation_id
                WHERE q.tenant_id = $1 ORDER BY q.queued_at LIMIT 1
            )
            """,
            tenant.Value
        );
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The longest waiting first, with how each is to be given out as it is set now.</summary>
    public static async Task<List<Waiting>> ReadAsync(NpgsqlConnection connection, TenantId tenant, int most, CancellationToken ct)
    {
        await using var command = connection.Sql(
            """
            SELECT q.conversation_id, q.before, CASE WHEN h.team_id IS NULL THEN coalesce(r.mode, 'ByHand') ELSE t.mode END,
                h.instance_id, h.team_id, h.assignee_id IS NULL AND h.status = 'Open'
            FROM assignment_queue q
            JOIN conversation_heads h ON h.tenant_id = q.tenant_id AND h.conversation_id = q.conversation_id
            LEFT JOIN routings r ON r.tenant_id = h.tenant_id AND r.instance_id = h.instance_id
            LEFT JOIN teams t ON t.tenant_id = h.tenant_id AND t.id = h.team_id
            WHERE q.tenant_id = $1 ORDER BY q.queued_at, q.conversation_id LIMIT $2
            """,
            tenant.Value,
            most
        );
        await using var reader = await command.ExecuteReaderAsync(ct);
        var waiting = new List<Waiting>();
        while (await reader.ReadAsync(ct))
        {
            waiting.Add(
                new Waiting(
                    new ConversationId(reader.GetGuid(0)),
                    reader.IsDBNull(1) ? null : new UserId(reader.GetGuid(1)),
                    Enum.Parse<AssignmentMode>(reader.GetString(2)),
                    new InstanceId(reader.GetGuid(3)),
                    reader.IsDBNull(4) ? null : new TeamId(reader.GetGuid(4)),
                    reader.GetBoolean(5)
                )
            );
        }

        return waiting;
    }

    /// <summary>When to look again: at once where there is what was not looked at, later where something is left, never where nothing waits.</summary>
    public static async Task<TimeSpan?> NextAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyCollection<ConversationId> left,
        TimeSpan later,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            "SELECT bool_or(conversation_id <> ALL ($2)) FROM assignment_queue WHERE tenant_id = $1",
            tenant.Value,
            left.Select(i => i.Value).ToArray()
        );
        return await command.ExecuteScalarAsync(ct) switch
        {
            true => TimeSpan.Zero,
            false => later,
            _ => null,
        };
    }

    internal sealed record Waiting(
        ConversationId Id,
        UserId? Before,
        AssignmentMode Mode,
        InstanceId Number,
        TeamId? Team,
        bool IsOpenAndNobodys
    )
    {
        public bool Waits => IsOpenAndNobodys && Mode != AssignmentMode.ByHand;
    }
}
