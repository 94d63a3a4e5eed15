using System.Globalization;

namespace WhatsAI.Core.Common;

/// <summary>A day's openings as people write them: "08:00-12:00, 13:00-18:00".</summary>
public static class OpenSpans
{
    /// <summary>Nothing written: closed that day. Hours alone will do ("8-18"); 24:00 is the day's end.</summary>
    /// <exception cref="RuleException">Something of it is no span of time.</exception>
    public static IReadOnlyList<OpenSpan> Parse(DayOfWeek day, string text) =>
        [
            .. text.Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(part =>
                    part.Split(['-', '–', '—'], StringSplitOptions.TrimEntries) is [var from, var to]
                    && Minutes(from) is { } a
                    && Minutes(to) is { } b
                    && a < b
                        ? new OpenSpan(day, a, b)
                        : throw new RuleException("hours.unreadable", part)
                ),
        ];

    public static string Write(IEnumerable<OpenSpan> spans) => string.Join(", ", spans.Select(s => $"{Clock(s.From)}-{Clock(s.To)}"));

    private static int? Minutes(string text)
    {
        var parts = text.Replace('h', ':').Replace('H', ':').TrimEnd(':').Split(':');
        return
            parts.Length is 1 or 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            && int.TryParse(parts.Length == 2 ? parts[1] : "0", NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
            && minutes < 60
            && ((hours * 60) + minutes) is var total and <= 24 * 60
            ? total
            : null;
    }

    private static string Clock(int minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");
}
