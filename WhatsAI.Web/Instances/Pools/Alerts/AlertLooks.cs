using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances.Pools.Alerts;

/// <summary>How an alert looks and where it leads.</summary>
internal static class AlertLooks
{
    public static Tone ToneOf(this AlertLevel level) =>
        level switch
        {
            AlertLevel.Critical => Tone.Critical,
            AlertLevel.Warning => Tone.Warn,
            _ => Tone.Info,
        };

    public static string IconOf(this AlertLevel level) =>
        level switch
        {
            AlertLevel.Critical => "error",
            AlertLevel.Warning => "warning",
            _ => "info",
        };

    /// <summary>Resource key of the level's word.</summary>
    public static string Key(this AlertLevel level) => ReasonKey.Of("level", level);

    /// <summary>The number's page; null where it is about none.</summary>
    public static string? NumberHref(AlertRow row, ShellContext shell) =>
        row.Said.Number is { } number && row.NumberName is not null ? shell.Path($"numbers/{number}") : null;
}
