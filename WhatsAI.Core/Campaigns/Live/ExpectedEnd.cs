using WhatsAI.Core.Analytics;
using WhatsAI.Core.Instances.Pools.Pace;

namespace WhatsAI.Core.Campaigns.Live;

/// <summary>
/// When a running campaign ends at the pace it has now, within its hours and the caps of its numbers. A page asks it every second, so it walks days, not messages; the
/// flight plan, which is made once, simulates.
/// </summary>
public static class ExpectedEnd
{
    /// <summary>As far as a flight plan looks.</summary>
    public const int Days = 60;

    /// <param name="left">Messages to send.</param>
    /// <param name="perHour">While it may send.</param>
    /// <param name="capOn">What all its numbers together may send on a day; of the first day what is left of it.</param>
    /// <param name="window">When it may send.</param>
    /// <param name="now">From when on.</param>
    /// <param name="zone">The company's.</param>
    /// <returns>Null: not within <see cref="Days"/>.</returns>
    public static DateTimeOffset? Of(
        int left,
        double perHour,
        Func<DateOnly, int> capOn,
        SendingWindow window,
        DateTimeOffset now,
        TimeZoneInfo zone
    )
    {
        if (left <= 0)
        {
            return now;
        }

        if (perHour <= 0)
        {
            return null;
        }

        double rest = left;
        for (var (day, n) = (LocalDays.Of(now, zone), 0); n < Days; (day, n) = (day.AddDays(1), n + 1))
        {
            double cap = capOn(day);
            foreach (var opening in window.On(day, zone).Where(o => o.Closes > now))
            {
                var from = opening.Opens > now ? opening.Opens : now;
                var possible = Math.Min(cap, perHour * (opening.Closes - from).TotalHours);
                if (possible >= rest)
                {
                    return from + TimeSpan.FromHours(rest / perHour);
                }

                (rest, cap) = (rest - possible, cap - possible);
            }
        }

        return null;
    }
}
