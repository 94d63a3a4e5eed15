using WhatsAI.Core.Common;

namespace WhatsAI.Core.Inbox.Notifying;

/// <summary>A span that begins on a weekday, in minutes after midnight of the zone.</summary>
/// <param name="From">0 to 1439.</param>
/// <param name="To">1 to 1440. Not after <paramref name="From"/>: on the next day.</param>
public sealed record QuietSpan(DayOfWeek Day, int From, int To)
{
    /// <summary>From midnight to midnight.</summary>
    public static QuietSpan Whole(DayOfWeek day) => new(day, 0, QuietHours.MinutesOfDay);
}

/// <summary>The hours of the week in which a member wants to hear nothing. Local times of the zone: where the clocks skip an hour or go through one twice, they hold as the clock on the wall says.</summary>
public sealed record QuietHours
{
    internal const int MinutesOfDay = 24 * 60;

    /// <param name="spans">At most one that begins on each day; at least one.</param>
    /// <param name="zone">IANA.</param>
    /// <exception cref="RuleException">The zone is not known, a span is none, or two begin on one day.</exception>
    public QuietHours(IEnumerable<QuietSpan> spans, string zone)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            throw new RuleException("tenant.zone-unknown");
        }

        Spans = [.. spans.OrderBy(s => s.Day)];
        Zone = zone;
        if (
            Spans.Count == 0
            || Spans.Any(s => s.From is < 0 or >= MinutesOfDay || s.To is < 1 or > MinutesOfDay || !Enum.IsDefined(s.Day))
            || Spans.DistinctBy(s => s.Day).Count() != Spans.Count
        )
        {
            throw new RuleException("quiet.invalid");
        }
    }

    /// <summary>By weekday, from Sunday.</summary>
    public IReadOnlyList<QuietSpan> Spans { get; }

    /// <summary>IANA.</summary>
    public string Zone { get; }

    public bool Covers(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(Zone));
        var minute = local.TimeOfDay.TotalMinutes;
        var (today, yesterday) = (local.DayOfWeek, local.AddDays(-1).DayOfWeek);
        return Spans.Any(s =>
            s.To > s.From
                ? s.Day == today && s.From <= minute && minute < s.To
                : (s.Day == today && s.From <= minute) || (s.Day == yesterday && minute < s.To)
        );
    }

    public bool Equals(QuietHours? other) => other is not null && Zone == other.Zone && Spans.SequenceEqual(other.Spans);

    public override int GetHashCode() => Spans.Aggregate(Zone.GetHashCode(StringComparison.Ordinal), HashCode.Combine);
}
