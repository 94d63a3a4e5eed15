using Microsoft.Extensions.Options;
using Npgsql;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Live;
using WhatsAI.Infrastructure.Messaging;
using WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;

namespace WhatsAI.Infrastructure.Instances.Pools.Failover;

/// <summary>What a drill needs beside the member who plays it.</summary>
public sealed record DrillTools(NpgsqlDataSource Database, FailoverRun Run, DrillEnd End, EventHub Hub, WorkSignal Work);

/// <summary>Plays a failover on a number of the sandbox: the plan, the roles, the conversations and the stopwatch are the real ones.</summary>
public sealed class FailoverActions(
    CurrentMember member,
    DrillTools tools,
    SandboxOptions sandbox,
    IOptionsMonitor<SharedGatewayOptions> shared
)
{
    private const string Cause = "drill";

    /// <summary>As if the number had been banned this moment. What it changes stays until <see cref="EndDrillAsync"/>.</summary>
    /// <exception cref="RuleException">
    /// Not allowed; the number is not active in a pool, or one of the pool's numbers is a real one; or a drill or a failover of the pool is not over.
    /// </exception>
    public async Task<FailoverId> DrillAsync(InstanceId id, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage, id);
        var tenant = member.TenantId;
        BegunFailover begun;
        PoolId pool;
        await using (var transaction = await tools.Database.BeginAsync(tenant, ct))
        {
            var connection = transaction.Connection;
            pool = await DrillSql.PoolAsync(connection, tenant, id, ct) ?? throw new RuleException("drill.not-active");
            var now = await PoolSupervisor.LockAsync(connection, tenant, pool, ct) ?? throw new RuleException("drill.not-active");
            var reading =
                await MemberFactsReader.OfPoolAsync(connection, tenant, pool, now, ct) ?? throw new RuleException("drill.not-active");
            if (reading.Facts.FirstOrDefault(m => m.Instance == id) is not { Role: MemberRole.Active })
            {
                throw new RuleException("drill.not-active");
            }

            if (!(await DrillSql.ServersAsync(connection, tenant, pool, ct)).All(IsOurSandbox))
            {
                throw new RuleException("drill.only-sandbox");
            }

            if (await DrillSql.IsUnderWayAsync(connection, tenant, pool, ct))
            {
                throw new RuleException("drill.under-way");
            }

            var step = new SupervisionStep.FailOver(id, new Finding(Verdict.Banned, Cause, now));
            var by = new DrillBy(member.UserId, member.DisplayName);
            begun =
                await FailoverStart.BeginAsync(connection, tenant, reading, step, [], now, ct, by)
                ?? throw new RuleException("drill.under-way");
            await transaction.CommitAsync(ct);
        }

        Tell(pool, begun.Plan.Roles.Select(r => r.Instance).Append(id));
        await tools.Run.FinishAsync(tenant, begun.Id, ct);
        return begun.Id;
    }

    /// <summary>Puts everything back: the roles, the conversations, the pace. Once, however often it is asked for.</summary>
    /// <exception cref="RuleException">Not allowed, there is no such drill, or it is still being played.</exception>
    public async Task EndDrillAsync(FailoverId id, CancellationToken ct = default)
    {
        member.Demand(Permission.NumbersManage);
        var (pool, numbers) = await tools.End.EndAsync(
            member.TenantId,
            id,
            new DrillBy(member.UserId, member.DisplayName),
            member.Sees,
            ct
        );
        Tell(pool, numbers);
    }

    /// <summary>Whether a drill can be played on this number: shown where it can, refused where it cannot.</summary>
    public bool IsOurSandbox(SandboxPlace place) =>
        sandbox.Enabled
        && (place.SharedName is { } name ? shared.CurrentValue.Find(name)?.Address : place.Address) is { } address
        && sandbox.IsAt(address);

    private void Tell(PoolId pool, IEnumerable<InstanceId> numbers)
    {
        tools.Hub.Publish([
            new PoolChanged(member.TenantId, pool),
            .. numbers.Distinct().Select(i => new InstanceChanged(member.TenantId, i)),
        ]);
        tools.Work.Raise(WorkKind.Outbound);
        tools.Work.Raise(WorkKind.Watch);
    }
}

/// <summary>Where a server is.</summary>
/// <param name="SharedName">Of the operator's configuration; else <paramref name="Address"/>.</param>
public sealed record SandboxPlace(string? SharedName, Uri? Address);
