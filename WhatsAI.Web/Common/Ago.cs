using System.Globalization;
using Microsoft.Extensions.Localization;

namespace WhatsAI.Web.Common;

/// <summary>A moment in words. shell.js counts on by the same steps, so change both.</summary>
public static class Ago
{
    /// <summary>The words, and whether they still change by themselves (a week old, it is a date).</summary>
    public static (string Text, bool Ticks) Of(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone, IStringLocalizer<CommonText> texts)
    {
        var age = now - at;
        return age switch
        {
            { TotalMinutes: < 1 } => (texts["ago.now"], true),
            { TotalHours: < 1 } => (texts["ago.minutes", (int)age.TotalMinutes], true),
            { TotalDays: < 1 } => (texts["ago.hours", (int)age.TotalHours], true),
            { TotalDays: < 2 } => (texts["ago.yesterday"], true),
            { TotalDays: < 7 } => (texts["ago.days", (int)age.TotalDays], true),
            _ => (Date(TimeZoneInfo.ConvertTime(at, zone), TimeZoneInfo.ConvertTime(now, zone)), false),
        };
    }

    /// <summary>Date and time in the zone, which is named.</summary>
    public static string Absolute(DateTimeOffset at, TimeZoneInfo zone)
    {
        var there = TimeZoneInfo.ConvertTime(at, zone);
        return $"{there.ToString("D", CultureInfo.CurrentCulture)}, {there.ToString("T", CultureInfo.CurrentCulture)} ({zone.Id})";
    }

    /// <summary>The zone as it is named where times are typed, with its offset at that moment: "America/Sao_Paulo (UTC−03:00)".</summary>
    public static string Zone(DateTimeOffset at, TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(at);
        return $"{zone.Id} (UTC{(offset < TimeSpan.Zero ? "−" : "+")}{offset.ToString("hh':'mm", CultureInfo.InvariantCulture)})";
    }

    private static string Date(DateTimeOffset at, DateTimeOffset now) =>
        at.Year == now.Year ? at.ToString("d MMM", CultureInfo.CurrentCulture) : at.ToString("d", CultureInfo.CurrentCulture);
}
