using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Infrastructure.Instances.Standbys;

namespace WhatsAI.Tests.Tenancy;

/// <summary>A number's second gateway server.</summary>
public sealed partial class NumberSightTests
{
    private static Dictionary<string, Func<IServiceProvider, SightWorld, Task<object?>>> OfStandbys() =>
        new(StringComparer.Ordinal)
        {
            ["StandbyActions.ChooseAllAsync"] = async (services, w) =>
                await services.GetRequiredService<StandbyActions>().ChooseAllAsync(await w.ServerAsync(), await w.OtherServerAsync(), null)
                    is 0
                    ? null
                    : "done",
            ["StandbyActions.ChooseAsync"] = async (services, w) =>
            {
                await services.GetRequiredService<StandbyActions>().ChooseAsync(w.Instance, await w.OtherServerAsync(), after: null);
                return "done";
            },
            ["StandbyActions.MoveAllAsync"] = async (services, w) =>
            {
                var moved = await services.GetRequiredService<StandbyActions>().MoveAllAsync(await w.LeavableServerAsync());
                // No gateway is there: who sees the number is told that it stayed.
                return moved is { Moved: 0, Refused: 0 } ? null : "done";
            },
            ["StandbyActions.MoveAsync"] = Do<StandbyActions>((a, w) => a.MoveAsync(w.Instance, default)),
            ["StandbyActions.RemoveAsync"] = Do<StandbyActions>((a, w) => a.RemoveAsync(w.Instance)),
            ["StandbyQueries.ViewAsync"] = Ask<StandbyQueries>(async (q, w) => await q.ViewAsync(w.Instance)),
        };
}
