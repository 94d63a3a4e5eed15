using WhatsAI.Core.Common;

namespace WhatsAI.Core.Inbox.Later;

/// <summary>The times that are offered when something is put off, in the company's zone.</summary>
public static class LaterTimes
{
    /// <summary>When a working day begins for what is put off to another day.</summary>
    public static readonly TimeSpan Morning = TimeSpan.FromHours(9);

    /// <summary>In three hours, on a full minute.</summary>
    public static DateTimeOffset InAWhile(DateTimeOffset now)
    {
        var then = now.AddHours(3);
        var over = then.Ticks % TimeSpan.TicksPerMinute;
        return over == 0 ? then : then.AddTicks(TimeSpan.TicksPerMinute - over);
    }

    /// <summary>Tomorrow at nine.</summary>
    public static DateTimeOffset Tomorrow(DateTimeOffset now, TimeZoneInfo zone) => Day(now, zone, days: 1);

    /// <summary>The Monday after today, at nine.</summary>
    public static DateTimeOffset Monday(DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = TimeZoneInfo.ConvertTime(now, zone).DayOfWeek;
        return Day(now, zone, days: today == DayOfWeek.Sunday ? 1 : 8 - (int)today);
    }

    private static DateTimeOffset Day(DateTimeOffset now, TimeZoneInfo zone, int days) =>
        LocalTimes.At(TimeZoneInfo.ConvertTime(now, zone).Date.AddDays(days) + Morning, zone);
}
