namespace WhatsAI.Core.Analytics;

/// <summary>Days and times of day where clocks are put forward and back, which happens at midnight in some places.</summary>
public static class LocalDays
{
    public static DateOnly Of(DateTimeOffset at, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    /// <summary>The first moment of a day; where midnight is left out, when the clocks were put forward, and where it comes twice, the first one.</summary>
    public static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone) => At(day.ToDateTime(TimeOnly.MinValue), zone);

    /// <summary>The moment at which a zone's clocks show this; the first one where they show it twice, and where they leave it out, as if they had not been put forward.</summary>
    public static DateTimeOffset At(DateTime local, TimeZoneInfo zone)
    {
        var time = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        var offset =
            zone.IsAmbiguousTime(time) ? zone.GetAmbiguousTimeOffsets(time).Max()
            // No two changes are that near to each other.
            : zone.IsInvalidTime(time) ? zone.GetUtcOffset(time.AddHours(-6))
            : zone.GetUtcOffset(time);
        return new DateTimeOffset(time, offset).ToUniversalTime();
    }
}
