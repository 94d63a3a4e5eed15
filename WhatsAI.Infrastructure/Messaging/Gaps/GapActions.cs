using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Messaging.Gaps;

public sealed class GapActions(NpgsqlDataSource database, CurrentMember member, EventHub hub, WorkSignal work, TimeProvider time)
{
    private static readonly TimeSpan _furthest = TimeSpan.FromDays(7);

    /// <summary>Asks the number's gateway for what it has of the last hours, now; what waits to be asked is asked now too.</summary>
    /// <param name="back">At most seven days.</param>
    /// <exception cref="RuleException">Not allowed, or there is no such number.</exception>
    public async Task AskAsync(InstanceId instance, TimeSpan back, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage, instance);
        var now = time.GetUtcNow();
        var from = now - (back < _furthest ? back : _furthest);
        await using var transaction = await database.BeginAsync(member.TenantId, ct);
        var of = (member.TenantId, instance);
        await using (
            var exists = transaction.Connection.Sql(
                "SELECT 1 FROM instances WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL",
                member.TenantId.Value,
                instance.Value
            )
        )
        {
            if (await exists.ExecuteScalarAsync(ct) is null)
            {
                throw new RuleException("number.gone");
            }
        }

        await GapOpening.OpenAsync(transaction.Connection, of, GapCause.Asked, from, TimeSpan.Zero, now, ct);
        await using (
            var due = transaction.Connection.Sql(
                "UPDATE gaps SET due_at = now() WHERE tenant_id = $1 AND instance_id = $2 AND state IN ('Open', 'Filling') AND due_at > now()",
                member.TenantId.Value,
                instance.Value
            )
        )
        {
            await due.ExecuteNonQueryAsync(ct);
        }

        await GapSql.LogAsync(transaction.Connection, of, "gap-asked", ct, actor: member.DisplayName);
        await transaction.CommitAsync(ct);
        work.Raise(WorkKind.Gap);
        hub.Publish([new GapChanged(member.TenantId, instance), new InstanceChanged(member.TenantId, instance)]);
    }
}
