using System.Globalization;
using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Instances.Pools.Failover;
using WhatsAI.Web.Instances.Pools;

namespace WhatsAI.Web.Instances.Failover;

/// <summary>Failovers in words.</summary>
public static class FailoverWords
{
    public static string Of(FailoverLine line, IStringLocalizer<PoolsText> texts) =>
        texts[line.Key, line.ServesName ?? "", line.FailedName];

    /// <summary>A stopwatch's reading: tenths of a second, from a minute on minutes.</summary>
    public static string Watch(TimeSpan time) =>
        time < TimeSpan.FromMinutes(1) ? time.TotalSeconds.ToString("0.0", CultureInfo.CurrentCulture) + " s"
        : time < TimeSpan.FromHours(1) ? time.ToString("m':'ss", CultureInfo.InvariantCulture)
        : time.ToString("h':'mm':'ss", CultureInfo.InvariantCulture);
}
