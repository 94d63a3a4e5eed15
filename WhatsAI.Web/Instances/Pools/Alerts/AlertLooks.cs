using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Core.Tenancy;
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

    /// <summary>Where the bell leads: to the record, the pool or the server that it is about; of a number to what is said of it.</summary>
    public static string BellHref(AlertRow row, ShellContext shell) =>
        RecordHref(row, shell)
        ?? CampaignHref(row, shell)
        ?? ServerHref(row, shell)
        ?? (row.Said.Number is null ? PoolHref(row, shell) : null)
        ?? shell.Path("alerts");

    /// <summary>The failover's record; null where it is about none.</summary>
    public static string? RecordHref(AlertRow row, ShellContext shell) =>
        row.Kind == AlertKind.FailoverDone ? shell.Path($"numbers/failovers/{row.Said.Key.Subject}") : null;

    /// <summary>The campaign's page; null where it is about none, it is gone, or who looks may not see campaigns.</summary>
    public static string? CampaignHref(AlertRow row, ShellContext shell) =>
        row.CampaignName is not null && shell.Allows(Permission.CampaignsRead) ? shell.Path($"campaigns/{row.Said.Key.Subject}") : null;

    /// <summary>The pool's page; null where it is about none, or the pool is gone.</summary>
    public static string? PoolHref(AlertRow row, ShellContext shell) =>
        row.Said.Pool is { } pool && row.PoolName is not null ? shell.Path($"numbers/pools/{pool}") : null;

    /// <summary>The page of the servers; null where it is about none, for who may not open it, and for a server that is gone.</summary>
    public static string? ServerHref(AlertRow row, ShellContext shell) =>
        row.Said.Server is not null && row.ServerName is not null && shell.Allows(Permission.GatewaysManage)
            ? shell.Path("settings/gateways")
            : null;

    /// <summary>The number's page; null where it is about none.</summary>
    public static string? NumberHref(AlertRow row, ShellContext shell) =>
        row.Said.Number is { } number && row.NumberName is not null ? shell.Path($"numbers/{number}") : null;
}
