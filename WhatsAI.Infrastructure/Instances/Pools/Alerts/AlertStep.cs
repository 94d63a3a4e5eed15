using Npgsql;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>
/// Brings the stored alerts to what the facts say there should be, and queues what is new for the channels; in the caller's transaction and tenant, as the last
/// thing in it. Asked again with the same facts it changes nothing and writes nothing.
/// </summary>
internal static class AlertStep
{
    /// <summary>
    /// Of some pools. It speaks of their numbers, of themselves and of their numbers' servers; whatever else is open stays as it is.
    /// </summary>
    /// <param name="connection">In the tenant, with an open transaction.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="pools">Each with all of its members.</param>
    /// <param name="incidents">All that concern those members' servers now.</param>
    /// <param name="now">The database's clock.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>To be published after the commit.</returns>
    public static Task<IReadOnlyList<ConsoleEvent>> ApplyAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyList<PoolFacts> pools,
        IReadOnlyList<GatewayIncident> incidents,
        DateTimeOffset now,
        CancellationToken ct
    ) => ApplyAsync(connection, tenant, pools, loose: null, incidents, now, ct);

    /// <summary>Of the whole company: what none of these facts asks for any more ends.</summary>
    /// <param name="connection">In the tenant, with an open transaction.</param>
    /// <param name="tenant">Whose.</param>
    /// <param name="pools">Every pool.</param>
    /// <param name="loose">Every number that is in no pool.</param>
    /// <param name="incidents">All there are.</param>
    /// <param name="now">The database's clock.</param>
    /// <param name="ct">Ends it.</param>
    /// <param name="stranded">Campaigns that wait and whose pool is gone.</param>
    /// <returns>To be published after the commit.</returns>
    public static Task<IReadOnlyList<ConsoleEvent>> ApplyAllAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyList<PoolFacts> pools,
        IReadOnlyList<MemberFacts> loose,
        IReadOnlyList<GatewayIncident> incidents,
        DateTimeOffset now,
        CancellationToken ct,
        IReadOnlyList<HeldCampaign>? stranded = null
    ) => ApplyAsync(connection, tenant, pools, loose, incidents, now, ct, stranded);

    private static async Task<IReadOnlyList<ConsoleEvent>> ApplyAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        IReadOnlyList<PoolFacts> pools,
        IReadOnlyList<MemberFacts>? loose,
        IReadOnlyList<GatewayIncident> incidents,
        DateTimeOffset now,
        CancellationToken ct,
        IReadOnlyList<HeldCampaign>? stranded = null
    )
    {
        WantedAlert[] wanted =
        [
            .. AlertRules
                .OfServers(incidents)
                .Concat(pools.SelectMany(p => AlertRules.OfPool(p, incidents, now)))
                .Concat(AlertRules.OfLoose(loose ?? [], incidents, now))
                .Concat((stranded ?? []).Select(AlertRules.OfHeld))
                .Select(AlertSql.Stored),
        ];
        HashSet<Guid>? subjects = loose is null ? [.. wanted.Select(w => w.Key.Subject), .. Subjects(pools)] : null;
        PoolId[] ids = [.. pools.Select(p => p.Pool)];
        // Mostly nothing is different, and then nobody waits for anybody.
        if (AlertDiff.Of(await AlertSql.OpenAsync(connection, tenant, subjects, ids, ct), wanted, now).Count == 0)
        {
            return [];
        }

        await AlertSql.LockAsync(connection, tenant, ct);
        var changes = AlertDiff.Of(await AlertSql.OpenAsync(connection, tenant, subjects, ids, ct), wanted, now);
        if (changes.Count == 0)
        {
            return [];
        }

        await AlertSql.WriteAsync(connection, tenant, changes, now, ct);
        return [new AlertsChanged(tenant)];
    }

    private static IEnumerable<Guid> Subjects(IEnumerable<PoolFacts> pools) =>
        pools.SelectMany(p => p.Members.SelectMany(m => new[] { m.Instance.Value, m.Server.Value }).Append(p.Pool.Value));
}
