using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Instances.Pools.Health;
using WhatsAI.Web.Common;
using WhatsAI.Web.Instances.Failover;

namespace WhatsAI.Web.Instances.Pools;

/// <summary>A server's trouble and a failover under way, in words.</summary>
public static class IncidentWords
{
    /// <summary>How many of its numbers, of which server, since when, and that nobody should scan.</summary>
    public static string Title(ServerTrouble trouble, DateTimeOffset now, TimeZoneInfo zone, IStringLocalizer<IncidentText> texts) =>
        texts[
            $"{Kind(trouble)}.{(trouble.Fallen.Count == 1 ? "one" : "many")}",
            trouble.Fallen.Count,
            trouble.Numbers.Count,
            trouble.ServerName,
            ClockTime.Of(trouble.Since, now, zone)
        ];

    /// <summary>What the system does about it, and what it does not.</summary>
    public static string Does(ServerTrouble trouble, IStringLocalizer<IncidentText> texts)
    {
        string does = texts[$"{Kind(trouble)}.does"];
        return trouble.Unreachable && trouble.Standbys.Any(s => s.GoesByItself) ? $"{does} {texts["standby.by-itself"]}" : does;
    }

    public static string Of(ShownFailover failover, IStringLocalizer<IncidentText> texts) =>
        failover switch
        {
            { IsDrill: true } => texts["failover.drill"],
            { IsDone: true, IsAlone: true } => texts["failover.alone"],
            { IsDone: true, ServesName: { } serves, Took: { } took } => texts["failover.done-in", serves, FailoverWords.Watch(took)],
            { IsDone: true, ServesName: { } serves } => texts["failover.done", serves],
            { IsDone: true } => texts["failover.over"],
            { ServesName: { } serves } => texts["failover.to", serves],
            _ => texts["failover.running"],
        };

    private static string Kind(ServerTrouble trouble) => trouble.Unreachable ? "silent" : "fell";
}
