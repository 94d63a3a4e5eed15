using System.Globalization;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Alerts;
using WhatsAI.Infrastructure.Instances.Pools.Alerts;

namespace WhatsAI.Web.Instances.Pools.Alerts;

/// <summary>What a channel is and of what it is told, in words.</summary>
internal static class AlertChannelWords
{
    public static string Key(AlertChannelKind kind) => ReasonKey.Of("kind", kind);

    /// <summary>Resource key of what a kind of alert is called.</summary>
    public static string Key(AlertKind kind) => ReasonKey.Of("about", kind);

    public static string Icon(AlertChannelKind kind) =>
        kind switch
        {
            AlertChannelKind.Email => "mail",
            AlertChannelKind.Telegram => "send",
            _ => "webhook",
        };

    public static string Choice(AlertChannelRow channel, IStringLocalizer<AlertsText> texts)
    {
        var level = texts[ReasonKey.Of("lowest", channel.Lowest)].Value;
        return channel.Kinds.Count == 0
            ? level
            : $"{level} · {string.Join(CultureInfo.CurrentCulture.TextInfo.ListSeparator + " ", channel.Kinds.Select(k => texts[Key(k)].Value))}";
    }
}
