using System.Globalization;

namespace WhatsAI.Web.Campaigns.Drafts;

/// <summary>Moments of a plan, with their weekday.</summary>
internal static class PlanWords
{
    public static string When(DateTimeOffset at, TimeZoneInfo zone)
    {
        var there = TimeZoneInfo.ConvertTime(at, zone);
        return $"{Day(DateOnly.FromDateTime(there.DateTime))}, {there.ToString("t", CultureInfo.CurrentCulture)}";
    }

    public static string Day(DateOnly day) =>
        $"{day.ToString("ddd", CultureInfo.CurrentCulture)} {day.ToString(CultureInfo.CurrentCulture.TwoLetterISOLanguageName == "pt" ? "dd/MM" : "d MMM", CultureInfo.CurrentCulture)}";

    public static string Clock(int minutes) =>
        new TimeOnly(minutes / 60 % 24, minutes % 60).ToString(
            CultureInfo.CurrentCulture.TwoLetterISOLanguageName == "pt" ? "HH:mm" : "t",
            CultureInfo.CurrentCulture
        );
}
