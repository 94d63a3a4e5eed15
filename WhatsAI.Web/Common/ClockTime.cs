using System.Globalization;

namespace WhatsAI.Web.Common;

/// <summary>A moment as a clock time, with its day where that is not today.</summary>
public static class ClockTime
{
    public static string Of(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone)
    {
        var (there, today) = (TimeZoneInfo.ConvertTime(at, zone), TimeZoneInfo.ConvertTime(now, zone));
        var time = there.ToString("t", CultureInfo.CurrentCulture);
        return there.Date == today.Date ? time : $"{there.ToString("d MMM", CultureInfo.CurrentCulture)} {time}";
    }
}
