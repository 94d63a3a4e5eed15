using System.Globalization;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances.Pools.Health;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Web.Instances.Pools;

namespace WhatsAI.Web.Instances.Failover;

/// <summary>Failovers in words.</summary>
public static class FailoverWords
{
    public static string Of(FailoverLine line, IStringLocalizer<PoolsText> texts) =>
        texts[line.Key, line.ServesName ?? "", line.FailedName];

    /// <summary>What the console does not do by itself: a text's key.</summary>
    public static string LeftToDo(FailoverLine line) =>
        line switch
        {
            { Serves: null } => "todo.nobody",
            { Verdict: Verdict.Banned } => "todo.banned",
            { Verdict: Verdict.Restricted } => "todo.restricted",
            { Verdict: Verdict.LoggedOut } => "todo.logged-out",
            { Verdict: Verdict.Dead } => "todo.dead",
            _ => "todo.any",
        };

    /// <summary>A stopwatch's reading: tenths of a second, from a minute on minutes.</summary>
    public static string Watch(TimeSpan time) =>
        time < TimeSpan.FromMinutes(1) ? time.TotalSeconds.ToString("0.0", CultureInfo.CurrentCulture) + " s"
        : time < TimeSpan.FromHours(1) ? time.ToString("m':'ss", CultureInfo.InvariantCulture)
        : time.ToString("h':'mm':'ss", CultureInfo.InvariantCulture);
}
