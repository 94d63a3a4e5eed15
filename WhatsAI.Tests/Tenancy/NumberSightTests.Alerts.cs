using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;

namespace WhatsAI.Tests.Tenancy;

/// <summary>Alerts: of the number, of a pool it is in, and of its server.</summary>
public sealed partial class NumberSightTests
{
    private static string[] OfNoNumberOfPools =>
        [
            // Campaigns wait at pools.
            "CampaignActions.HoldAsync",
            "CampaignActions.ReleaseAsync",
            "CampaignQueries.WaitingAsync",
            // Whose alerts they tell is the whole company's, so they are for who sees all of it.
            "AlertChannelQueries.ListAsync",
            // The company's key for programs.
            "StatusKeyActions.CreateAsync",
            "StatusKeyActions.RevokeAsync",
            "StatusKeyQueries.FindAsync",
        ];

    private static Dictionary<string, Func<IServiceProvider, SightWorld, Task<object?>>> OfAlerts() =>
        new(StringComparer.Ordinal)
        {
            ["AlertActions.AcknowledgeAllAsync"] = async (services, w) =>
            {
                await w.AlertAsync();
                return await services.GetRequiredService<AlertActions>().AcknowledgeAllAsync(new AlertFilter()) > 0 ? "done" : null;
            },
            ["AlertActions.AcknowledgeAsync"] = async (services, w) =>
            {
                await services.GetRequiredService<AlertActions>().AcknowledgeAsync(await w.AlertAsync());
                return "done";
            },
            ["AlertQueries.HistoryAsync"] = async (services, w) =>
            {
                await w.AlertAsync(over: true);
                return (await services.GetRequiredService<AlertQueries>().HistoryAsync(new AlertFilter())).Rows;
            },
            ["AlertQueries.OpenAsync"] = async (services, w) =>
            {
                await w.AlertAsync();
                return await services.GetRequiredService<AlertQueries>().OpenAsync(new AlertFilter());
            },
            ["AlertQueries.PoolsAsync"] = async (services, w) =>
            {
                await w.AlertAsync();
                return await services.GetRequiredService<AlertQueries>().PoolsAsync();
            },
            ["AlertQueries.WaitingAsync"] = async (services, w) =>
            {
                await w.AlertAsync();
                return (await services.GetRequiredService<AlertQueries>().WaitingAsync()).All > 0 ? "some" : null;
            },
        };
}
