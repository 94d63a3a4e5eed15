namespace WhatsAI.Core.Common;

/// <summary>What the clocks on the wall say, as a moment.</summary>
public static class LocalTimes
{
    /// <summary>A time the clocks skip is the moment they skip at; one they go through twice is its first pass.</summary>
    /// <param name="local">Date and time in <paramref name="zone"/>; its kind is not looked at.</param>
    /// <param name="zone">Where the clocks hang.</param>
    public static DateTimeOffset At(DateTime local, TimeZoneInfo zone)
    {
        // What is typed may be any year; at the ends of time there is no moment for it.
        var year = Math.Clamp(local.Year, 2, 9_998) - local.Year;
        var shown = DateTime.SpecifyKind(local.AddYears(year), DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(shown))
        {
            shown = new DateTime(shown.Ticks - (shown.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Unspecified).AddMinutes(1);
        }

        var offset = zone.IsAmbiguousTime(shown) ? zone.GetAmbiguousTimeOffsets(shown).Max() : zone.GetUtcOffset(shown);
        return new DateTimeOffset(shown, offset);
    }
}
