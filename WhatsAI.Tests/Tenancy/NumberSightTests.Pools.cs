using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Failover;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Infrastructure.Instances.Tape;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Tests.Tenancy;

/// <summary>Pools with the number in them.</summary>
public sealed partial class NumberSightTests
{
    private static Dictionary<string, Func<IServiceProvider, SightWorld, Task<object?>>> OfPools() =>
        new(StringComparer.Ordinal)
        {
            ["FailoverActions.DrillAsync"] = async (services, w) =>
            {
                await w.PoolAsync();
                try
                {
                    await services.GetRequiredService<FailoverActions>().DrillAsync(w.Instance);
                }
                catch (RuleException e) when (e.Key == "drill.only-sandbox")
                {
                    // Its gateway is a real one.
                }

                return "done";
            },
            ["FailoverActions.EndDrillAsync"] = async (services, w) =>
            {
                await services.GetRequiredService<FailoverActions>().EndDrillAsync(await DrillAsync(services, w));
                return "done";
            },
            ["FailoverQueries.DrillPlacesAsync"] = async (services, w) =>
            {
                await w.PoolAsync();
                return await services.GetRequiredService<FailoverQueries>().DrillPlacesAsync(w.Instance);
            },
            ["FailoverQueries.FindAsync"] = async (services, w) =>
                await services.GetRequiredService<FailoverQueries>().FindAsync(await DrillAsync(services, w)),
            ["FailoverQueries.ListAsync"] = async (services, w) =>
            {
                await DrillAsync(services, w);
                return await services.GetRequiredService<FailoverQueries>().ListAsync(before: null, 50);
            },
            ["InstanceQueries.TroublesAsync"] = async (services, w) =>
            {
                await DrillAsync(services, w);
                return (await services.GetRequiredService<InstanceQueries>().TroublesAsync()).Failovers;
            },
            ["PaceActions.PauseAsync"] = Do<PaceActions>((a, w) => a.PauseAsync(w.Instance)),
            ["PaceActions.ResumeAsync"] = Do<PaceActions>((a, w) => a.ResumeAsync(w.Instance)),
            ["PaceActions.SetInUseSinceAsync"] = Do<PaceActions>((a, w) => a.SetInUseSinceAsync(w.Instance, new DateOnly(2020, 1, 1))),
            ["PoolActions.RemoveAsync"] = async (services, w) =>
            {
                await services.GetRequiredService<PoolActions>().RemoveAsync(await w.PoolAsync());
                return "done";
            },
            ["PoolMemberActions.ChangeRoleAsync"] = async (services, w) =>
            {
                await w.PoolAsync();
                await services.GetRequiredService<PoolMemberActions>().ChangeRoleAsync(w.Instance, MemberRole.Backup);
                return "done";
            },
            ["PoolMemberActions.PlaceAsync"] = async (services, w) =>
            {
                var pool = await services.GetRequiredService<PoolActions>().CreateAsync(Guid.NewGuid().ToString("N"));
                await services.GetRequiredService<PoolMemberActions>().PlaceAsync(pool, w.Instance, MemberRole.Active);
                return "done";
            },
            ["PoolMemberActions.RemoveAsync"] = async (services, w) =>
            {
                await w.PoolAsync();
                await services.GetRequiredService<PoolMemberActions>().RemoveAsync(w.Instance);
                return "done";
            },
            ["TapeQueries.ListAsync"] = Ask<TapeQueries>(
                async (q, w) =>
                    await q.ListAsync(w.Instance, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddHours(1), null, 50)
            ),
            ["TapeQueries.ReadAsync"] = Ask<TapeQueries>(
                async (q, w) => await q.ReadAsync(w.Instance, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow)
            ),
            ["PoolQueries.FindAsync"] = async (services, w) =>
                (await services.GetRequiredService<PoolQueries>().FindAsync(await w.PoolAsync()))!.LastChange,
            ["PoolQueries.HistoryAsync"] = async (services, w) =>
                await services.GetRequiredService<PoolQueries>().HistoryAsync(await w.PoolAsync(), before: null, 50),
            ["PoolQueries.ListAsync"] = async (services, w) =>
            {
                await w.PoolAsync();
                return (await services.GetRequiredService<PoolQueries>().ListAsync()).Select(p => p.LastChange).OfType<PoolHappening>();
            },
        };

    /// <summary>A drill that was played on the number.</summary>
    private static async Task<FailoverId> DrillAsync(IServiceProvider services, SightWorld w)
    {
        var pool = await w.PoolAsync();
        var (id, now) = (Id.New<FailoverId>(DateTimeOffset.UtcNow), DateTimeOffset.UtcNow);
        var plan = new FailoverPlan(
            w.Instance,
            new Finding(Verdict.Banned, "drill", now),
            null,
            null,
            [],
            [],
            [],
            null,
            "failover.nobody",
            true
        );
        await using var db = await services.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync();
        db.Failovers.Add(
            new FailoverRow
            {
                Id = id,
                TenantId = w.Tenant,
                PoolId = pool,
                InstanceId = w.Instance,
                Plan = JsonSerializer.Serialize(plan, PoolMapping.Json),
                Key = plan.Key,
                Verdict = Verdict.Banned,
                Cause = "drill",
                IsDrill = true,
                SignalAt = now,
                DetectedAt = now,
                FinishedAt = now,
            }
        );
        await db.SaveChangesAsync();
        return id;
    }
}
