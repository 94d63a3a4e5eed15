using System.Globalization;
using WhatsAI.Core.Inbox.Notifying;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;

namespace WhatsAI.Infrastructure.Instances.Pools.Alerts;

/// <summary>An alert in words.</summary>
/// <param name="Title">What happened to which number, pool or server.</param>
/// <param name="Cause">What is behind it, and since when; null where the title says all.</param>
/// <param name="Done">What the system did.</param>
/// <param name="Do">What a person should do.</param>
public sealed record AlertWording(string Title, string? Cause, string Done, string Do);

/// <summary>The one place where alerts become words: for page, bell, mail, Telegram and webhook.</summary>
public static class AlertWords
{
    public static AlertWording Of(AlertRow alert, CultureInfo culture, TimeZoneInfo zone)
    {
        var key = ReasonKey.Of("alert", alert.Kind);
        var values = Values(alert, culture, zone);
        return new AlertWording(
            // Some causes have a sentence of their own.
            AlertText.Find($"{key}.{alert.Said.Cause}", culture, values)
                ?? (alert.CampaignName is null ? null : AlertText.Find($"{key}.named", culture, values))
                ?? AlertText.Of(key, culture, values),
            CauseOf(alert, culture, zone, values),
            // With or without the name of the one that takes over.
            (alert.Said.Done is { } done ? Find(done) : null) ?? AlertText.Of($"{key}.done", culture, values),
            AlertText.Find($"{key}.do.{alert.Said.Cause}", culture, values) ?? AlertText.Of($"{key}.do", culture, values)
        );

        string? Find(string done) =>
            (alert.OtherName is null ? null : AlertText.Find($"{done}.to", culture, values)) ?? AlertText.Find(done, culture, values);
    }

    /// <summary>{0} what it is about, {1} the other number, {2} and {3} figures, {4} a moment, {5} a day, {6} a campaign.</summary>
    private static object?[] Values(AlertRow alert, CultureInfo culture, TimeZoneInfo zone) =>
        [
            NameOf(alert, culture),
            Line(alert.OtherName) ?? AlertText.Of("a-backup", culture),
            alert.Said.Count is { } count ? count.ToString("N0", culture) : "",
            alert.Said.Of is { } of ? of.ToString("N0", culture) : "",
            alert.Said.At is { } at ? Moment(at, culture, zone) : AlertText.Of("unforeseeable", culture),
            alert.Said.On?.ToString("D", culture) ?? "",
            Line(alert.CampaignName) ?? "",
        ];

    private static string? CauseOf(AlertRow alert, CultureInfo culture, TimeZoneInfo zone, object?[] values)
    {
        var cause = alert.Said.Cause is { } key
            ? AlertText.Find(Known(key), culture, values) ?? AlertText.Of("cause.other", culture)
            : null;
        if (alert.Kind == AlertKind.CampaignHeld && alert.OtherName is not null)
        {
            cause = AlertText.Of("held-culprit", culture, [cause, .. values[1..2]]);
        }

        return (cause, alert.Said.Since) switch
        {
            (null, null) => null,
            (null, { } since) => AlertText.Of("since", culture, Moment(since, culture, zone)),
            (_, null) => cause,
            (_, { } since) => AlertText.Of("cause-since", culture, cause, Moment(since, culture, zone)),
        };
    }

    // Why a campaign is held has a word of its own before the dot.
    private static string Known(string cause) => cause.StartsWith("held.", StringComparison.Ordinal) ? cause : $"cause.{cause}";

    private static string NameOf(AlertRow alert, CultureInfo culture) =>
        Line(alert.Kind.IsOfServerOrPool() ? alert.ServerName ?? alert.PoolName : alert.NumberName ?? alert.PoolName ?? alert.ServerName)
        ?? AlertText.Of("nameless", culture);

    private static bool IsOfServerOrPool(this AlertKind kind) =>
        kind
            is AlertKind.GatewayDown
                or AlertKind.NumbersFellTogether
                or AlertKind.NoBackup
                or AlertKind.CapacityShort
                or AlertKind.CampaignHeld;

    // It goes into subjects of mails and beside other programs' words.
    private static string? Line(string? name) => NewsLine.Of(name);

    /// <summary>Day and time by the company's clocks; the zone is named by who shows it.</summary>
    public static string Moment(DateTimeOffset at, CultureInfo culture, TimeZoneInfo zone)
    {
        var there = TimeZoneInfo.ConvertTime(at, zone);
        return $"{there.ToString("d", culture)} {there.ToString("t", culture)}";
    }
}
