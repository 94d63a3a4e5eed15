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
}
