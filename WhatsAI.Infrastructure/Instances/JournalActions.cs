using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances;

public sealed class JournalActions(NpgsqlDataSource database, CurrentMember member, InboundSignal signal, EventHub hub)
{
    /// <summary>
    /// Puts an event back into the queue, for one that failed for a reason mended since. What it did already it does not do twice: everything inbound is
    /// idempotent by the gateway's own ids.
    /// </summary>
    /// <exception cref="RuleException">Not allowed, there is no such event, or it waits already.</exception>
    public async Task ReplayAsync(long id, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersDiagnose);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await using var mark = transaction.Connection.Sql(
            "UPDATE journal SET problem = NULL, done_at = NULL WHERE tenant_id = $1 AND id = $2 AND "
                + NumberSight.In("instance_id", 3)
                + " RETURNING instance_id",
            member.TenantId.Value,
            id,
            member.NumbersParameter()
        );
        if (await mark.ExecuteScalarAsync(ct) is not Guid value)
        {
            throw new RuleException("journal.gone");
        }

        var instance = new InstanceId(value);
        await using var queue = transaction.Connection.Sql(
            """
            INSERT INTO journal_pending (journal_id, tenant_id, instance_id, due_at, attempts)
            SELECT $1, $2, $3, now(), 0 WHERE EXISTS (SELECT FROM work_list WHERE instance_id = $3) ON CONFLICT DO NOTHING
            """,
            id,
            member.TenantId.Value,
            value
        );
        if (await queue.ExecuteNonQueryAsync(ct) == 0)
        {
            throw new RuleException("journal.waiting");
        }

        await transaction.CommitAsync(ct);
        signal.Raise(instance);
        hub.Publish(new JournalChanged(member.TenantId, instance));
    }

    /// <summary>Puts every event that could not be processed back into the queue, the oldest thousand at once. How many.</summary>
    /// <exception cref="RuleException">Not allowed.</exception>
    public async Task<int> ReplayAllAsync(CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersDiagnose);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        await using var command = transaction.Connection.Sql(
            $"""
            WITH wrong AS (
                SELECT id FROM journal j WHERE tenant_id = $1 AND problem IS NOT NULL AND {NumberSight.In("instance_id", 2)}
                    AND EXISTS (SELECT FROM work_list w WHERE w.kind = 'Inbound' AND w.instance_id = j.instance_id)
                ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED
            ), again AS (
                UPDATE journal j SET problem = NULL, done_at = NULL FROM wrong WHERE j.id = wrong.id RETURNING j.id, j.tenant_id, j.instance_id
            ), queued AS (
                INSERT INTO journal_pending (journal_id, tenant_id, instance_id, due_at, attempts)
                SELECT id, tenant_id, instance_id, now(), 0 FROM again ON CONFLICT DO NOTHING
            )
            SELECT instance_id, count(*) FROM again GROUP BY instance_id
            """,
            member.TenantId.Value,
            member.NumbersParameter()
        );
        var replayed = new Dictionary<InstanceId, int>();
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                replayed[new InstanceId(reader.GetGuid(0))] = (int)reader.GetInt64(1);
            }
        }

        await transaction.CommitAsync(ct);
        foreach (var instance in replayed.Keys)
        {
            signal.Raise(instance);
        }

        hub.Publish(replayed.Keys.Select(i => new JournalChanged(member.TenantId, i)));
        return replayed.Values.Sum();
    }
}
