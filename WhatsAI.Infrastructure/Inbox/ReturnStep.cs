using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox;

/// <summary>
/// No customer waits for somebody who is gone, or does not see him any more: such conversations of a member go back to the queue. What is resolved keeps
/// his name.
/// </summary>
public sealed class ReturnStep : IMemberStep
{
    private const int Batch = 1_000;

    public async Task<bool> ChangedAsync(NpgsqlConnection connection, TenantId tenant, UserId user, CancellationToken cancellation)
    {
        await AgentSql.LockAsync(connection, tenant, cancellation);
        var moved = false;
        while (await IdsAsync(connection, tenant, user, cancellation) is { Count: > 0 } ids)
        {
            moved = true;
            var (counters, after) = (new ConversationCounters(), new List<ConversationHead>());
            foreach (var head in (await HeadSql.LockAsync(connection, tenant, ids, cancellation)).Values)
            {
                after.Add(head with { AssigneeId = null });
                counters.Moved(head, after[^1]);
            }

            await HeadSql.WriteAsync(connection, after, cancellation);
            await counters.ApplyAsync(connection, tenant, cancellation);
            // Those that are given out by hand are taken from the queue again by the choice.
            await AssignmentQueue.AddAsync(
                connection,
                tenant,
                after.FindAll(h => h is { Status: ConversationStatus.Open, Kind: ConversationKind.Person }),
                cancellation
            );
        }

        await AssignmentQueue.WakeAsync(connection, tenant, cancellation);
        return moved;
    }

    private static async Task<List<ConversationId>> IdsAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        UserId user,
        CancellationToken cancellation
    )
    {
        await using var command = connection.Sql(
            """
            SELECT h.conversation_id FROM conversation_heads h
            WHERE h.tenant_id = $1 AND h.assignee_id = $2 AND h.status <> 'Resolved' AND NOT EXISTS (
                SELECT FROM memberships m WHERE m.tenant_id = $1 AND m.user_id = $2 AND m.disabled_at IS NULL AND (
                    m.sees_all_numbers OR m.role IN ('Owner', 'Admin')
                    OR EXISTS (SELECT FROM member_numbers n WHERE n.tenant_id = $1 AND n.user_id = $2 AND n.instance_id = h.instance_id)
                )
            )
            LIMIT $3
            """,
            tenant.Value,
            user.Value,
            Batch
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var ids = new List<ConversationId>();
        while (await reader.ReadAsync(cancellation))
        {
            ids.Add(new ConversationId(reader.GetGuid(0)));
        }

        return ids;
    }
}
