using Npgsql;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Inbox;

/// <summary>
/// No customer waits for somebody who is gone, or does not see him any more: such conversations of a member go back to the queue. What is resolved keeps
/// his name.
/// </summary>
public sealed class ReturnStep : IMemberStep
{
    public async Task<bool> ChangedAsync(NpgsqlConnection connection, TenantId tenant, UserId user, CancellationToken cancellation)
    {
        await AgentSql.LockAsync(connection, tenant, cancellation);
        var moved = false;
        await using var unseen = connection.Sql(
            """
            SELECT h.conversation_id FROM conversation_heads h
            WHERE h.tenant_id = $1 AND h.assignee_id = $2 AND h.status <> 'Resolved' AND NOT EXISTS (
                SELECT FROM memberships m WHERE m.tenant_id = $1 AND m.user_id = $2 AND m.disabled_at IS NULL AND (
                    m.sees_all_numbers OR m.role IN ('Owner', 'Admin')
                    OR EXISTS (SELECT FROM member_numbers n WHERE n.tenant_id = $1 AND n.user_id = $2 AND n.instance_id = h.instance_id)
                )
            )
            """,
            tenant.Value,
            user.Value
        );
        await foreach (var after in HeadSweep.ChangeAsync(connection, tenant, unseen, h => h with { AssigneeId = null }, cancellation))
        {
            moved = true;
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
}
