using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gaps;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>What the events of one inbound batch say about a number's link, written in that batch's transaction.</summary>
internal static class ConnectionStep
{
    /// <summary>How long after events that contradict each other the gateway is asked: their companions have come by then.</summary>
    public static readonly TimeSpan Debounce = TimeSpan.FromSeconds(3);

    /// <summary>What is to be published after the commit; nothing where nothing changed, however many events came.</summary>
    /// <param name="c">In a transaction that has entered the tenant.</param>
    /// <param name="events">May hold events of other kinds; they are passed over.</param>
    /// <param name="heard">Told what they say of the number's health.</param>
    public static async Task<IReadOnlyList<ConsoleEvent>> ApplyAsync(
        NpgsqlConnection c,
        TenantId t,
        InstanceId i,
        IReadOnlyList<GatewayEvent> events,
        DateTimeOffset now,
        CancellationToken ct,
        Action<LinkSignals>? heard = null
    )
    {
        var mine = events.Where(IsAboutTheLink).ToList();
        if (mine.Count == 0 || await ConnectionSql.LockAsync(c, t, i, ct) is not { } before)
        {
            return [];
        }

        var change = ConnectionChange.Of(before, mine, now);
        heard?.Invoke(LinkSignals.Of(before, mine, change.Facts, now));
        await ConnectionSql.WriteAsync(c, (t, i), before, change, now, ct);
        await GapOpening.ConnectionAsync(c, (t, i), before, change, now, ct);
        if (change.NeedsProof || change.Facts.State != before.State)
        {
            await WorkList.DueAsync(c, WorkKind.Probe, i, ct, change.NeedsProof ? Debounce : InstanceProbe.Every);
        }

        var isFirst = await SeenAsync(c, t, i, now, ct);
        return change.IsNothing(before) && !isFirst ? [] : [new InstanceChanged(t, i)];
    }

    /// <summary>True for the number's first event ever: its webhook works.</summary>
    private static async Task<bool> SeenAsync(NpgsqlConnection c, TenantId t, InstanceId i, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = c.Sql(
            """
            UPDATE instance_statuses n SET last_event_at = greatest(o.last_event_at, $3) FROM instance_statuses o
            WHERE n.tenant_id = $1 AND n.instance_id = $2 AND o.tenant_id = $1 AND o.instance_id = $2
            RETURNING o.last_event_at IS NULL
            """,
            t.Value,
            i.Value,
            now.ToUniversalTime()
        );
        return await command.ExecuteScalarAsync(ct) is true;
    }

    public static bool IsAboutTheLink(GatewayEvent e) =>
        e is ConnectionChanged or QrUpdated or QrExpired or InstanceClosed or InstanceLoggedOut or InstanceRemoved;
}
