using WhatsAI.Core.Analytics;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Instances.Pools.Pace;
using WhatsAI.Core.Instances.Pools.Planning;
using WhatsAI.Infrastructure.Instances;

namespace WhatsAI.Web.Instances.Pools;

/// <summary>What a quarter of an hour is for a number.</summary>
public enum LaneTime
{
    Open,
    Closed,
    Slow,

    /// <summary>Half pace, because a number of the pool failed.</summary>
    Penalty,

    /// <summary>A person's pause.</summary>
    Paused,
}

/// <summary>A number's next 24 hours.</summary>
/// <param name="Sends">Messages in each quarter of an hour.</param>
/// <param name="Times">What each is.</param>
/// <param name="Cap">What it may send on the day that begins now.</param>
/// <param name="FullAt">When a day's limit is reached; null when it is not.</param>
/// <param name="Reason">What holds it back then.</param>
public sealed record PreviewLane(
    NumberRow Number,
    MemberRole Role,
    bool Sending,
    IReadOnlyList<int> Sends,
    IReadOnlyList<LaneTime> Times,
    int Cap,
    DateTimeOffset? First,
    DateTimeOffset? Last,
    DateTimeOffset? FullAt,
    PaceReason? Reason
)
{
    public int Total => Sends.Sum();
}

/// <summary>What the next 24 hours of a pool will look like: the dispatcher's own rules, over time that has not come yet.</summary>
/// <param name="Demand">Null: as many as can be sent.</param>
/// <param name="EndsAt">When the last wanted message goes; null when not all do, or no number of them was wanted.</param>
public sealed record PoolPreview(DateTimeOffset From, IReadOnlyList<PreviewLane> Lanes, int Total, int? Demand, DateTimeOffset? EndsAt)
{
    public const int Slots = 96;

    public const int MostDemand = 100_000;

    public static readonly TimeSpan Slot = TimeSpan.FromMinutes(15);

    /// <summary>The busiest quarter of an hour of any number: the lanes' full height.</summary>
    public int Busiest => Lanes.SelectMany(l => l.Sends).DefaultIfEmpty().Max();

    public int Left => Math.Max(0, (Demand ?? 0) - Total);

    /// <summary>When the window opens, where that is after all that is shown; null: it is open some time before.</summary>
    public DateTimeOffset? OpensAt { get; init; }

    /// <param name="policy">As it is typed.</param>
    /// <param name="numbers">The pool's.</param>
    /// <param name="demand">Null: as many as can be sent.</param>
    /// <param name="reach">Of whom they are.</param>
    /// <param name="now">From when.</param>
    public static PoolPreview Of(PoolPolicy policy, IReadOnlyList<NumberRow> numbers, int? demand, Reach reach, DateTimeOffset now)
    {
        var sending = numbers.Where(n => n.Place!.Role.Sends() && PoolStanding.MaySend(n)).ToArray();
        // Two days of the calendar at most lie in it.
        var count = Math.Min(demand ?? sending.Length * 2 * PaceFloor.PerDay, MostDemand);
        var schedule = PoolSimulation.Run(
            policy,
            [.. sending.Select(n => new PlannedNumber(n.Id, n.Pace, n.Watch.Score))],
            [new Demand("preview", 0, reach, count, now)],
            now,
            now + (Slots * Slot),
            seed: 1
        );
        var sends = schedule.Sends.ToLookup(s => s.Instance, s => s.At);
        return new PoolPreview(
            now,
            [
                .. numbers
                    .OrderBy(n => n.Place!.Role)
                    .ThenBy(n => n.Name, StringComparer.CurrentCultureIgnoreCase)
                    .Select(n => Lane(policy, n, sending.Contains(n), [.. sends[n.Id]], reach, now)),
            ],
            schedule.Sends.Count,
            demand,
            demand is null ? null : schedule.Outcomes[0].LastAt
        )
        {
            OpensAt = policy.Pace.Window.Find(now, policy.Zone)?.Opens is { } opens && opens >= now + (Slots * Slot) ? opens : null,
        };
    }

    private static PreviewLane Lane(
        PoolPolicy policy,
        NumberRow number,
        bool sending,
        IReadOnlyList<DateTimeOffset> sends,
        Reach reach,
        DateTimeOffset now
    )
    {
        var slots = new int[Slots];
        foreach (var at in sends)
        {
            slots[Math.Clamp((int)((at - now) / Slot), 0, Slots - 1)]++;
        }

        var (fullAt, reason) = FullAt(policy, number.Pace, sends, reach, now);
        return new PreviewLane(
            number,
            number.Place!.Role,
            sending,
            slots,
            [.. Enumerable.Range(0, Slots).Select(i => Time(policy, number.Pace, now + (Slot * (i + 0.5))))],
            Pacing.SentOn(number.Pace, now, policy.Zone) + Pacing.LeftOn(number.Pace, policy.Pace, reach, now, policy.Zone),
            sends.Count > 0 ? sends[0] : null,
            sends.Count > 0 ? sends[^1] : null,
            fullAt,
            reason
        );
    }

    /// <summary>The day on which the caps are used up first, and what stood in the way.</summary>
    private static (DateTimeOffset? At, PaceReason? Reason) FullAt(
        PoolPolicy policy,
        PaceState state,
        IReadOnlyList<DateTimeOffset> sends,
        Reach reach,
        DateTimeOffset now
    )
    {
        foreach (var day in sends.GroupBy(s => LocalDays.Of(s, policy.Zone)))
        {
            var at = day.Last();
            var left = Pacing.LeftOn(state, policy.Pace, reach, day.First(), policy.Zone);
            if (day.Count() >= left)
            {
                return (
                    at,
                    Pacing.LeftOn(state, policy.Pace, Reach.Known, day.First(), policy.Zone) > left
                        ? PaceReason.WarmUp
                        : PaceReason.DailyCap
                );
            }
        }

        return sends.Count == 0 && now < state.PausedUntil ? (null, PaceReason.Paused) : (null, null);
    }

    private static LaneTime Time(PoolPolicy policy, PaceState state, DateTimeOffset at)
    {
        if (policy.Pace.Window.Find(at, policy.Zone) is not { } opening || opening.Opens > at)
        {
            return LaneTime.Closed;
        }

        if (at < state.PausedUntil)
        {
            return LaneTime.Paused;
        }

        if (state.IsPenalized(at))
        {
            return LaneTime.Penalty;
        }

        var local = TimeZoneInfo.ConvertTime(at, policy.Zone);
        return policy.Pace.SlowHours.Any(s =>
            s.Day == local.DayOfWeek && s.From <= local.TimeOfDay.TotalMinutes && local.TimeOfDay.TotalMinutes < s.To
        )
            ? LaneTime.Slow
            : LaneTime.Open;
    }
}
