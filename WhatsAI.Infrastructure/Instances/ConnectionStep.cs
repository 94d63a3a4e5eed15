using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;

namespace WhatsAI.Infrastructure.Instances;

/// <summary>What the events of one inbound batch say about a number's link, written in that batch's transaction.</summary>
internal static class ConnectionStep
{
    /// <summary>How long after events that contradict each other the gateway is asked: their companions have come by then.</summary>
    public static readonly TimeSpan Debounce = TimeSpan.FromSeconds(3);

    /// <summary>What is to be published after the commit; nothing where nothing changed, however many events came.</summary>
    /// <param name="c">In a transaction that has entered the tenant.</param>
    /// <param name="events">May hold events of other kinds; they are passed over.</param>
    public static async Task<IReadOnlyList<ConsoleEvent>> ApplyAsync(
        NpgsqlConnection c,
        TenantId t,
        InstanceId i,
        IReadOnlyList<GatewayEvent> events,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var mine = events.Where(IsAboutTheLink).ToList();
        if (mine.Count == 0 || await ConnectionSql.LockAsync(c, t, i, ct) is not { } before)
        {
            return [];
        }

        var change = ConnectionChange.Of(before, mine, now);
        await ConnectionSql.WriteAsync(c, (t, i), before, change, now, ct);
        if (change.NeedsProof)
        {
            await WorkList.DueAsync(c, WorkKind.Probe, i, ct, Debounce);
        }

        return change.IsNothing(before) ? [] : [new InstanceChanged(t, i)];
    }

    public static bool IsAboutTheLink(GatewayEvent e) =>
        e is ConnectionChanged or QrUpdated or QrExpired or InstanceClosed or InstanceLoggedOut or InstanceRemoved;
}
