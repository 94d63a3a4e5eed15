using Npgsql;
using WhatsAI.Core.Contacts;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances.Pools.Failover;

/// <summary>
/// Does what a failover's plan leaves to be done once its roles stand: people in conversation go on through the number that serves. Step by step, each a
/// transaction of its own that finds by what is there what is left: whoever takes it up after a kill goes on. A restricted number still receives: who writes to
/// it while it is out is found in the same way, and goes on through the number that serves as the others did.
/// </summary>
public sealed class FailoverRun(NpgsqlDataSource database, IHeadClocks clocks, EventHub hub, WorkSignal work)
{
    private const int AtOnce = 20;
    private const int MostCollisions = 5;

    /// <summary>Whatever of this number is under way, and who wrote to it since.</summary>
    public async Task FinishOfAsync(TenantId tenant, InstanceId instance, CancellationToken ct)
    {
        IReadOnlyList<FailoverId> open;
        await using (var transaction = await database.BeginAsync(tenant, ct))
        {
            open = await FailoverSql.OpenAsync(transaction.Connection, tenant, instance, ct);
        }

        foreach (var failover in open)
        {
            await FinishAsync(tenant, failover, ct);
        }
    }

    public async Task FinishAsync(TenantId tenant, FailoverId failover, CancellationToken ct)
    {
        while (await StepAsync(tenant, failover, ct))
        {
            // Until nothing is left of it.
        }
    }

    private async Task<bool> StepAsync(TenantId tenant, FailoverId failover, CancellationToken ct)
    {
        var clock = await clocks.OfAsync(tenant, ct);
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await StepAsync(tenant, failover, clock, ct);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && tries < MostCollisions)
            {
                // The server undid it and lets the other one through.
            }
        }
    }

    private async Task<bool> StepAsync(TenantId tenant, FailoverId failover, IHeadClock clock, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        var connection = transaction.Connection;
        if (await FailoverSql.LockAsync(connection, tenant, failover, ct) is not { } open)
        {
            return false;
        }

        var way = open.Way(tenant);
        var (persons, now) =
            way is null ? ([], default)
            : open.Returns ? await GoneAsync(connection, way, failover, ct)
            : await InConversationAsync(connection, way, ct);
        if (way is null || persons.Count == 0)
        {
            var done = await FailoverSql.FinishAsync(connection, tenant, failover, ct);
            await transaction.CommitAsync(ct);
            if (done)
            {
                hub.Publish([new PoolChanged(tenant, open.Pool), new InstanceChanged(tenant, open.Failed)]);
            }

            return false;
        }

        var moved = await new ConversationTransfer(connection, way, clock, now).MoveAsync(persons, ct);
        await (
            open.Returns
                ? FailoverSql.ReturnedAsync(connection, tenant, failover, persons.Keys, ct)
                : FailoverSql.MovedAsync(connection, tenant, failover, moved.Pairs, moved.Replies, ct)
        );
        if (open.IsDone)
        {
            // That one may have failed since: then they go on to who took over from it.
            await WorkList.DueAsync(connection, WorkKind.Watch, way.To, ct);
        }

        await transaction.CommitAsync(ct);
        hub.Publish(moved.Changes);
        work.Raise(WorkKind.Outbound);
        work.Raise(WorkKind.Assign);
        if (open.IsDone)
        {
            work.Raise(WorkKind.Watch);
        }

        return true;
    }

    /// <summary>
    /// Who is in conversation: something waits to be sent to them; or the conversation is open and they wait for an answer, of a week; or it is not done with and
    /// something was written in the last 24 hours, by them at some time. Others wait until somebody writes again. Whose phone number is not known cannot be
    /// found through another number, who is blocked is not to be.
    /// </summary>
    private static async Task<(Dictionary<ConversationId, ContactId> Persons, DateTimeOffset Now)> InConversationAsync(
        NpgsqlConnection connection,
        TransferWay way,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT c.id, c.contact_id, now() FROM (
                SELECT DISTINCT m.conversation_id FROM messages m WHERE m.instance_id = $2 AND m.tenant_id = $1 AND m.delivery = 'Queued' AND coalesce(m.lane, 0) < $3
                UNION
                SELECT h.conversation_id FROM conversation_heads h
                WHERE h.instance_id = $2 AND h.tenant_id = $1 AND h.kind = 'Person' AND h.status IN ('Open', 'Pending', 'Snoozed')
                    AND ((h.last_at > now() - interval '24 hours' AND h.last_inbound_at IS NOT NULL)
                        OR (h.status = 'Open' AND h.waiting_since > now() - interval '7 days'))
            ) t
            JOIN conversations c ON c.tenant_id = $1 AND c.id = t.conversation_id AND c.instance_id = $2 AND c.kind = 'Person' AND c.blocked_at IS NULL
            WHERE EXISTS (SELECT FROM contact_identities p WHERE p.tenant_id = $1 AND p.contact_id = c.contact_id AND p.kind = 'Phone')
                AND EXISTS (SELECT FROM conversation_heads h WHERE h.tenant_id = $1 AND h.conversation_id = c.id)
            ORDER BY c.id LIMIT $4
            """,
            way.Tenant.Value,
            way.From.Value,
            (short)Lane.Campaign,
            AtOnce
        );
        return await ReadAsync(command, ct);
    }

    /// <summary>Whom a drill moved, and who is still in conversation there.</summary>
    private static async Task<(Dictionary<ConversationId, ContactId> Persons, DateTimeOffset Now)> GoneAsync(
        NpgsqlConnection connection,
        TransferWay way,
        FailoverId drill,
        CancellationToken ct
    )
    {
        await using var command = connection.Sql(
            """
            SELECT c.id, c.contact_id, now() FROM failover_conversations f
            JOIN conversations c ON c.tenant_id = f.tenant_id AND c.id = f.to_id AND c.instance_id = $3 AND c.blocked_at IS NULL
            JOIN conversation_heads h ON h.tenant_id = f.tenant_id AND h.conversation_id = f.to_id AND h.status <> 'Resolved'
            WHERE f.tenant_id = $1 AND f.failover_id = $2 AND f.returned_at IS NULL
            ORDER BY c.id LIMIT $4
            """,
            way.Tenant.Value,
            drill.Value,
            way.From.Value,
            AtOnce
        );
        return await ReadAsync(command, ct);
    }

    private static async Task<(Dictionary<ConversationId, ContactId> Persons, DateTimeOffset Now)> ReadAsync(
        NpgsqlCommand command,
        CancellationToken ct
    )
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        var (persons, now) = (new Dictionary<ConversationId, ContactId>(), default(DateTimeOffset));
        while (await reader.ReadAsync(ct))
        {
            persons[new ConversationId(reader.GetGuid(0))] = new ContactId(reader.GetGuid(1));
            now = reader.GetFieldValue<DateTimeOffset>(2);
        }

        return (persons, now);
    }
}
