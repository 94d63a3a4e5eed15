using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances.Pools.Alerts;

/// <summary>What of the alert centre stands in its address.</summary>
/// <param name="Level">"critical", "warning" or "info".</param>
public sealed record AlertsQuery(string? Level, string? Number, string? Pool)
{
    public AlertFilter ToFilter() =>
        new(
            Enum.GetValues<AlertLevel>().Cast<AlertLevel?>().FirstOrDefault(l => ReasonKey.Of(l!.Value) == Level),
            Id.TryParse<InstanceId>(Number, out var number) ? number : null,
            Id.TryParse<PoolId>(Pool, out var pool) ? pool : null
        );

    public static string Of(AlertFilter filter, ShellContext shell)
    {
        var parts = new[]
        {
            filter.Level is { } level ? $"level={ReasonKey.Of(level)}" : null,
            filter.Number is { } number ? $"number={number}" : null,
            filter.Pool is { } pool ? $"pool={pool}" : null,
        };
        var query = string.Join('&', parts.OfType<string>());
        return shell.Path("alerts") + (query.Length > 0 ? "?" + query : "");
    }
}
