using System.Globalization;
using WhatsAI.Core.Common;

namespace WhatsAI.Core.Inbox.Sla;

/// <summary>A target's time as people write it: "30", "30 min", "4h", "1 h 30", "1:30".</summary>
public static class SlaDuration
{
    /// <summary>Nothing written: no target. A number alone is minutes. Days are not understood: of how many hours?</summary>
    /// <exception cref="RuleException">It is no such time.</exception>
    public static TimeSpan? Parse(string? text)
    {
        var plain = string.Concat((text ?? "").Where(c => !char.IsWhiteSpace(c))).ToLowerInvariant();
        if (plain.Length == 0)
        {
            return null;
        }

        var parts = plain.Replace("min", "m", StringComparison.Ordinal).TrimEnd('m').Split('h', ':');
        return parts switch
        {
            [var minutes] when Number(minutes) is { } m => TimeSpan.FromMinutes(m),
            [var hours, ""] when Number(hours) is { } h => TimeSpan.FromHours(h),
            [var hours, var minutes] when Number(hours) is { } h && Number(minutes) is < 60 and var m => TimeSpan.FromMinutes((h * 60) + m),
            _ => throw new RuleException(
                "sla.time-unreadable",
                OneLine.Clean(text!) is { Length: > 40 } l ? l[..40] : OneLine.Clean(text!)
            ),
        };
    }

    /// <summary>In whole minutes: "45 min", "4 h", "1 h 30 min"; nothing for none. <see cref="Parse"/> reads it again.</summary>
    public static string Write(TimeSpan? time)
    {
        if (time is not { } t)
        {
            return "";
        }

        var (hours, minutes) = ((int)t.TotalHours, t.Minutes);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(hours > 0 ? $"{hours} h" : "")}{(hours > 0 && minutes > 0 ? " " : "")}{(minutes > 0 || hours == 0 ? $"{minutes} min" : "")}"
        );
    }

    private static int? Number(string text) =>
        text.Length is > 0 and <= 5 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
