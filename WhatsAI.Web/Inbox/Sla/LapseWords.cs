using Microsoft.Extensions.Localization;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Web.Inbox.Sla;

/// <summary>How much of a target's time is left, in words. lapse.js counts on by the same steps, so change both.</summary>
public static class LapseWords
{
    public static string Of(SlaLapse lapse, DateTimeOffset now, IStringLocalizer<SlaText> texts) =>
        now < lapse.At ? Span(Math.Ceiling((lapse.At - now).TotalMinutes)) : texts["late", Span(Math.Floor((now - lapse.At).TotalMinutes))];

    /// <summary>Calm while there is time, a warning when little is left, and red with a word when it is late.</summary>
    public static string Css(SlaLapse lapse, DateTimeOffset now) =>
        now >= lapse.At ? "tag lapse tone-critical"
        : now >= lapse.WarnAt ? "tag lapse tone-warn"
        : "tag lapse";

    /// <summary>Of the title that says which target it is.</summary>
    public static string Key(SlaKind kind) =>
        kind switch
        {
            SlaKind.First => "first",
            SlaKind.Next => "next",
            _ => "resolution",
        };

    private static string Span(double minutes) =>
        minutes switch
        {
            < 60 => $"{minutes:0} min",
            < 48 * 60 => $"{Math.Floor(minutes / 60):0} h",
            _ => $"{Math.Floor(minutes / (24 * 60)):0} d",
        };
}
