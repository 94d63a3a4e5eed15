using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Instances.Pools;

namespace WhatsAI.Tests.Tenancy;

/// <summary>Pools with the number in them.</summary>
public sealed partial class NumberSightTests
{
    private static Dictionary<string, Func<IServiceProvider, SightWorld, Task<object?>>> OfPools() =>
        new(StringComparer.Ordinal)
        {
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
}
