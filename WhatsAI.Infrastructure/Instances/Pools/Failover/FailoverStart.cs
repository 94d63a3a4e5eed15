using Npgsql;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances.Pools.Sending;
using WhatsAI.Infrastructure.Messaging;

namespace WhatsAI.Infrastructure.Instances.Pools.Failover;

/// <summary>A failover whose plan is written and whose roles stand.</summary>
internal sealed record BegunFailover(FailoverId Id, FailoverPlan Plan);

/// <summary>
/// The part of a failover that must not be half: the plan, the roles, who is slowed down. In the transaction that holds the pool, so that it is there whole or
/// not at all; what takes longer is <see cref="FailoverRun"/>'s.
/// </summary>
internal static class FailoverStart
{
    /// <summary>Null: this failure was answered already.</summary>
    public static async Task<BegunFailover?> BeginAsync(
        NpgsqlConnection connection,
        TenantId tenant,
        PoolReading pool,
        SupervisionStep.FailOver failed,
        IReadOnlyCollection<GatewayServerId> down,
        DateTimeOffset now,
        CancellationToken ct,
        DrillBy? drill = null
    )
    {
        if (pool.IsOfficial && await FailoverSql.IsAnsweredAsync(connection, tenant, failed.Instance, failed.Finding.Since, ct))
        {
            return null;
        }

        // A drill holds nobody's campaign: they go on as the pool's numbers may.
        var campaigns = drill is null ? await CampaignSql.SignalsAsync(connection, tenant, pool.Pool, ct) : [];
        var plan = FailoverPlan.For(
            new FailoverCase(
                failed.Instance,
                failed.Finding,
                [.. pool.Facts],
                campaigns,
                pool.Failover,
                pool.IsOfficial,
                down,
                IsDrill: drill is not null
            ),
            now
        );
        if (await FailoverSql.AddAsync(connection, tenant, pool.Pool, plan, drill, now, ct) is not { } id)
        {
            return null;
        }

        foreach (var role in plan.Roles)
        {
            await MemberRoles.ChangeAsync(connection, tenant, Wanted(role, drill), now, ct);
            if (role.Cause == RoleCause.Flapping)
            {
                await PoolSupervisor.QuietAsync(connection, tenant, role.Instance, now, ct);
            }
        }

        // Both by event: what waits at the pool goes through the one that serves at once, what the failed one has is to be moved.
        foreach (var woken in new[] { plan.Serves, plan.Failed }.OfType<InstanceId>())
        {
            await WorkList.DueAsync(connection, woken == plan.Failed ? WorkKind.Watch : WorkKind.Outbound, woken, ct);
        }

        // Queues, paces, campaigns: the order in which a number sends. Numbers in one order, as whoever locks more than one does.
        foreach (var slowed in plan.Slowed.OrderBy(s => s.Value))
        {
            if (plan.SlowedUntil is { } until && await PaceSql.LockAsync(connection, tenant, slowed, ct) is { } pace)
            {
                await PaceSql.WriteAsync(connection, tenant, slowed, pace.Penalized(until), ct);
            }
        }

        foreach (var held in plan.Campaigns.Where(c => c.IsHeld))
        {
            await CampaignSql.HoldAsync(connection, tenant, new CampaignId(held.Campaign), held.Why, ct);
        }

        return new BegunFailover(id, plan);
    }

    // What a person plays is his doing: nothing takes it back by itself.
    private static WantedRole Wanted(RoleStep role, DrillBy? drill) =>
        drill is null
            ? new WantedRole(role.Instance, role.To, role.Cause, Detail: role.Detail)
            : new WantedRole(role.Instance, role.To, RoleCause.ByPerson, drill.User, drill.Name, "drill");
}
