using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gaps;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>Writes what was learned about a number's link outside a webhook: an answer of the gateway, a person's act.</summary>
public sealed class ConnectionRecord(NpgsqlDataSource database, EventHub hub, TimeProvider time)
{
    /// <summary>The facts after the change; null for a number that does not exist.</summary>
    /// <param name="expected">Where given, nothing is written when the state has moved on since it was read.</param>
    public async Task<ConnectionFacts?> ChangeAsync(
        TenantId tenant,
        InstanceId instance,
        Func<ConnectionFacts, DateTimeOffset, ConnectionChange> change,
        CancellationToken ct,
        ConnectionFacts? expected = null
    )
    {
        var now = time.GetUtcNow();
        await using var transaction = await database.BeginAsync(tenant, ct);
        if (await ConnectionSql.LockAsync(transaction.Connection, tenant, instance, ct) is not { } before)
        {
            return null;
        }

        if (expected is not null && (expected.State, expected.Since) != (before.State, before.Since))
        {
            return before;
        }

        var changed = change(before, now);
        await WriteAsync(transaction.Connection, (tenant, instance), before, changed, now, ct);
        await transaction.CommitAsync(ct);
        if (!changed.IsNothing(before))
        {
            hub.Publish(new InstanceChanged(tenant, instance));
        }

        return changed.Facts;
    }

    /// <summary>Writes a change that was not reported by a webhook, and what follows from it, in the caller's transaction and under the link's lock.</summary>
    internal static async Task WriteAsync(
        NpgsqlConnection c,
        (TenantId Tenant, InstanceId Instance) of,
        ConnectionFacts before,
        ConnectionChange changed,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        await ConnectionSql.WriteAsync(c, of, before, changed, now, ct);
        await GapOpening.ConnectionAsync(c, of, before, changed, now, ct);
        var heard = LinkSignals.Of(before, [], changed.Facts, now);
        await new WatchNews([], heard.IsNewSession).WriteAsync(c, of.Tenant, of.Instance, ct);
        if (heard.IsChanged)
        {
            await WorkList.DueAsync(c, WorkKind.Watch, of.Instance, ct);
        }
    }

    public async Task<ConnectionFacts?> ReadAsync(TenantId tenant, InstanceId instance, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        return await ConnectionSql.LockAsync(transaction.Connection, tenant, instance, ct);
    }

    /// <param name="what">A resource key below "log." ("restarted").</param>
    /// <param name="actor">The member's name.</param>
    public async Task ActAsync(TenantId tenant, InstanceId instance, string what, string actor, CancellationToken ct)
    {
        await using var transaction = await database.BeginAsync(tenant, ct);
        await ConnectionSql.WriteActAsync(transaction.Connection, (tenant, instance), what, actor, time.GetUtcNow(), ct);
        await transaction.CommitAsync(ct);
        hub.Publish(new InstanceChanged(tenant, instance));
    }
}
