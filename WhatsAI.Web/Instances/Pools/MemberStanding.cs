using WhatsAI.Core.Analytics;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Instances.Pools;

namespace WhatsAI.Web.Instances.Pools;

/// <summary>How a number of a pool stands with its campaigns now.</summary>
/// <param name="Sent">Of today.</param>
/// <param name="Cap">Of today, for people who never wrote: what a warm-up limits.</param>
/// <param name="DayOfUse">The first being 1.</param>
/// <param name="FullFromDay">The day from which it is warm.</param>
/// <param name="Tomorrow">Its cap of tomorrow; null when it is warm then.</param>
public sealed record MemberStanding(
    PoolPlace Place,
    PaceState Pace,
    int Sent,
    int Cap,
    int DayOfUse,
    int FullFromDay,
    int? Tomorrow,
    bool IsPaused
)
{
    public MemberRole Role => Place.Role;

    /// <summary>0 to 1.</summary>
    public double Used => Cap <= 0 ? 0 : (double)Sent / Cap;

    public static MemberStanding? Of(NumberRow row, PoolRow? pool, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (pool is null || row.Place is not { } place)
        {
            return null;
        }

        var day = Pacing.DayOfUse(row.Pace, LocalDays.Of(now, zone));
        var sent = Pacing.SentOn(row.Pace, now, zone);
        return new MemberStanding(
            place,
            row.Pace,
            sent,
            sent + Pacing.LeftOn(row.Pace, pool.Pace, Reach.Stranger, now, zone),
            day,
            pool.Pace.WarmUp.FullFromDay,
            pool.Pace.WarmUp.PerDay(day + 1),
            now < row.Pace.PausedUntil
        );
    }
}
