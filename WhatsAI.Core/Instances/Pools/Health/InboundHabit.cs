namespace WhatsAI.Core.Instances.Pools.Health;

/// <summary>
/// How many messages a number receives in each hour of the week, by its own past: what tells a quiet night from a dead line. Hours of the week are counted in
/// UTC from Sunday midnight; a change of clocks shifts people's habits by an hour, which the sums forgive.
/// </summary>
public sealed record InboundHabit
{
    public const int Hours = 7 * 24;

    /// <summary>With less past than this nothing is a habit.</summary>
    public const int EnoughWeeks = 2;

    /// <param name="perHour">168 averages, messages an hour.</param>
    /// <param name="weeks">Whole weeks they are made of.</param>
    public InboundHabit(IReadOnlyList<double> perHour, int weeks) =>
        (PerHour, Weeks) =
            perHour.Count == Hours ? (perHour, weeks) : throw new ArgumentException("A week has 168 hours.", nameof(perHour));

    public static InboundHabit None { get; } = new(new double[Hours], 0);

    public IReadOnlyList<double> PerHour { get; }

    public int Weeks { get; }

    public bool IsKnown => Weeks >= EnoughWeeks;

    /// <summary>The messages that usually come between two moments; at most a week is summed.</summary>
    public double Expected(DateTimeOffset from, DateTimeOffset to)
    {
        var week = TimeSpan.FromDays(7);
        var at = to - from > week ? to - week : from;
        var sum = 0d;
        while (at < to)
        {
            var hour = new DateTimeOffset(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
            var end = hour.AddHours(1) < to ? hour.AddHours(1) : to;
            sum += PerHour[((int)hour.DayOfWeek * 24) + hour.Hour] * (end - at).TotalHours;
            at = end;
        }

        return sum;
    }
}
