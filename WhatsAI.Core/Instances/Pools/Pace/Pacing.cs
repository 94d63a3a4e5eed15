using WhatsAI.Core.Analytics;

namespace WhatsAI.Core.Instances.Pools.Pace;

/// <summary>A decision and what is to be stored with it: counted already where it says "now".</summary>
public sealed record PaceTake(PaceDecision Decision, PaceState State);

/// <summary>
/// When a number may send its next campaign message. The dispatcher, the editor's preview, the flight plan and the tests ask the same functions; only their
/// clocks differ. Each rule says "not before"; the earliest moment at which none objects is the answer.
/// </summary>
public static class Pacing
{
    public static readonly TimeSpan PenaltyLasts = TimeSpan.FromHours(24);

    private const int PenaltyFactor = 2;

    // Each turn goes past the end of an hour, a day or a closed time; a fresh day meets no rule but the window.
    private const int MaxTurns = 64;

    /// <summary>The next moment. Changes nothing: who sends uses <see cref="Take"/>.</summary>
    /// <param name="random">Spreads the numbers of a pool after an opening, so that they do not all begin in the same second.</param>
    public static PaceDecision NextSendAt(
        PaceState state,
        PacePolicy policy,
        Reach reach,
        DateTimeOffset now,
        TimeZoneInfo zone,
        Random random
    )
    {
        var (at, reason, last) = (now, PaceReason.Interval, PaceReason.Interval);
        for (var turn = 0; turn < MaxTurns; turn++)
        {
            var objection = Objection(state, policy, reach, at, zone);
            if (objection is not { } met)
            {
                return at == now
                    ? new PaceDecision.Now()
                    : Later(last > PaceReason.Penalty ? Spread(state, policy, reach, at, zone, random) : at, reason, now, zone);
            }

            if (met.Until is not { } until)
            {
                return new PaceDecision.NotToday(met.Reason, At: null);
            }

            last = met.Reason;
            (at, reason) = (until, met.Reason > reason ? met.Reason : reason);
        }

        return new PaceDecision.NotToday(reason, At: null);
    }

    /// <summary>
    /// Decides and counts in one step: read the row under its lock, take, write it, commit, and only then hand the message over. Deciding and counting apart
    /// is how two dispatchers send one message too many.
    /// </summary>
    public static PaceTake Take(PaceState state, PacePolicy policy, Reach reach, DateTimeOffset now, TimeZoneInfo zone, Random random)
    {
        var decision = NextSendAt(state, policy, reach, now, zone, random);
        return new PaceTake(decision, decision is PaceDecision.Now ? Counted(state, policy, reach, now, zone, random) : state);
    }

    /// <summary>Takes one off that surely did not go out; what is in doubt stays counted. The interval stays: the attempt was made.</summary>
    public static PaceState GivenBack(PaceState state, Reach reach, DateTimeOffset sentAt, TimeZoneInfo zone)
    {
        var (day, hour) = (LocalDays.Of(sentAt, zone), HourOf(sentAt));
        return state with
        {
            SentToday = state.Day == day ? Math.Max(0, state.SentToday - 1) : state.SentToday,
            StrangersToday = state.Day == day && reach == Reach.Stranger ? Math.Max(0, state.StrangersToday - 1) : state.StrangersToday,
            SentThisHour = state.Hour == hour ? Math.Max(0, state.SentThisHour - 1) : state.SentThisHour,
        };
    }

    /// <summary>Messages the caps of the day allow, whatever was sent; the hours of the day are not looked at.</summary>
    public static int CapOn(PaceState state, PacePolicy policy, Reach reach, DateTimeOffset at, TimeZoneInfo zone)
    {
        var day = LocalDays.Of(at, zone);
        var cap = Math.Min(policy.PerDay, reach == Reach.Stranger ? StrangerCap(state, policy, day) ?? int.MaxValue : int.MaxValue);
        return state.IsPenalized(at) ? cap / PenaltyFactor : cap;
    }

    /// <summary>Of <see cref="CapOn"/>, what is left.</summary>
    public static int LeftOn(PaceState state, PacePolicy policy, Reach reach, DateTimeOffset at, TimeZoneInfo zone)
    {
        var day = LocalDays.Of(at, zone);
        var left = CapOn(state, policy, Reach.Known, at, zone) - state.SentOn(day);
        return Math.Max(0, reach == Reach.Stranger ? Math.Min(left, CapOn(state, policy, reach, at, zone) - state.StrangersOn(day)) : left);
    }

    /// <summary>Campaign messages of the day that a moment lies in.</summary>
    public static int SentOn(PaceState state, DateTimeOffset at, TimeZoneInfo zone) => state.SentOn(LocalDays.Of(at, zone));

    /// <summary>Which day of its use it is for the number, the first being 1.</summary>
    public static int DayOfUse(PaceState state, DateOnly day) => Math.Max(1, day.DayNumber - state.InUseSince.DayNumber + 1);

    /// <summary>Whether the ramp is over for the number.</summary>
    public static bool IsWarm(PaceState state, PacePolicy policy, DateTimeOffset at, TimeZoneInfo zone) =>
        StrangerCap(state, policy, LocalDays.Of(at, zone)) is null;

    private static PaceState Counted(PaceState state, PacePolicy policy, Reach reach, DateTimeOffset now, TimeZoneInfo zone, Random random)
    {
        var (day, hour) = (LocalDays.Of(now, zone), HourOf(now));
        var rested = state.LastAt is { } last && now - last >= policy.MinPause;
        var inSeries = rested ? 1 : state.InSeries + 1;
        var ends = policy.SeriesLength > 0 && inSeries >= policy.SeriesLength;
        var gap =
            Between(policy.Shortest, policy.Longest, random) * Factor(policy, now, zone) * (state.IsPenalized(now) ? PenaltyFactor : 1);
        if (ends)
        {
            var pause = Between(policy.MinPause, policy.MaxPause, random);
            gap = pause > gap ? pause : gap;
        }

        return state with
        {
            Day = state.Day > day ? state.Day : day,
            SentToday = state.SentOn(day) + 1,
            StrangersToday = state.StrangersOn(day) + (reach == Reach.Stranger ? 1 : 0),
            Hour = state.Hour > hour ? state.Hour : hour,
            SentThisHour = state.SentIn(hour) + 1,
            InSeries = ends ? 0 : inSeries,
            LastAt = now,
            NotBefore = now + gap,
        };
    }

    /// <summary>The first rule that objects to a moment, and until when it does so at least; null where none does.</summary>
    private static (DateTimeOffset? Until, PaceReason Reason)? Objection(
        PaceState state,
        PacePolicy policy,
        Reach reach,
        DateTimeOffset at,
        TimeZoneInfo zone
    )
    {
        if (at < state.PausedUntil)
        {
            return (state.PausedUntil == DateTimeOffset.MaxValue ? null : state.PausedUntil, PaceReason.Paused);
        }

        if (Gap(state, policy, at, zone) is { } gap && gap.Until > at)
        {
            return gap;
        }

        if (state.SentIn(HourOf(at)) >= policy.PerHour)
        {
            // After a clock that was put back, the hour that was counted in may be a later one.
            return ((HourOf(at) > state.Hour ? HourOf(at) : state.Hour).AddHours(1), PaceReason.HourlyCap);
        }

        if (Cap(state, policy, reach, at, zone) is { } full)
        {
            return full;
        }

        return policy.Window.Find(at, zone) switch
        {
            null => (null, PaceReason.Window),
            { Opens: var opens } when opens > at => (opens, PaceReason.Window),
            _ => null,
        };
    }

    private static (DateTimeOffset? Until, PaceReason Reason)? Gap(PaceState state, PacePolicy policy, DateTimeOffset at, TimeZoneInfo zone)
    {
        if (state.LastAt is not { } last)
        {
            return null;
        }

        // The policy may have become stricter since the interval was drawn.
        var least = last + (policy.Shortest * Factor(policy, last, zone));
        if (state.NotBefore > at && state.NotBefore >= least)
        {
            return (state.NotBefore, state.InSeries == 0 ? PaceReason.Series : PaceReason.Interval);
        }

        if (least > at)
        {
            return (least, PaceReason.Interval);
        }

        if (!state.IsPenalized(at))
        {
            return null;
        }

        var twice = last + (policy.Shortest * Factor(policy, last, zone) * PenaltyFactor);
        return (twice < state.PenaltyUntil ? twice : state.PenaltyUntil, PaceReason.Penalty);
    }

    private static (DateTimeOffset? Until, PaceReason Reason)? Cap(
        PaceState state,
        PacePolicy policy,
        Reach reach,
        DateTimeOffset at,
        TimeZoneInfo zone
    )
    {
        if (policy.PerDay == 0)
        {
            return (null, PaceReason.DailyCap);
        }

        if (LeftOn(state, policy, reach, at, zone) > 0)
        {
            return null;
        }

        var day = LocalDays.Of(at, zone);
        var reason = LeftOn(state, policy, Reach.Known, at, zone) > 0 ? PaceReason.WarmUp : PaceReason.DailyCap;
        var tomorrow = LocalDays.StartOf((state.Day > day ? state.Day : day).AddDays(1), zone);
        // The cap is whole again when the penalty ends.
        return (state.PenaltyUntil > at && state.PenaltyUntil < tomorrow ? state.PenaltyUntil : tomorrow, reason);
    }

    private static DateTimeOffset Spread(
        PaceState state,
        PacePolicy policy,
        Reach reach,
        DateTimeOffset at,
        TimeZoneInfo zone,
        Random random
    )
    {
        var spread = at + (policy.Shortest * random.NextDouble());
        return Objection(state, policy, reach, spread, zone) is null ? spread : at;
    }

    private static PaceDecision Later(DateTimeOffset at, PaceReason reason, DateTimeOffset now, TimeZoneInfo zone) =>
        LocalDays.Of(at, zone) == LocalDays.Of(now, zone) ? new PaceDecision.Wait(at, reason) : new PaceDecision.NotToday(reason, at);

    private static int? StrangerCap(PaceState state, PacePolicy policy, DateOnly day) => policy.WarmUp.PerDay(DayOfUse(state, day));

    private static double Factor(PacePolicy policy, DateTimeOffset at, TimeZoneInfo zone)
    {
        if (policy.SlowHours.Count == 0)
        {
            return 1;
        }

        var local = TimeZoneInfo.ConvertTime(at, zone);
        var minute = local.TimeOfDay.TotalMinutes;
        return policy.SlowHours.Any(s => s.Day == local.DayOfWeek && s.From <= minute && minute < s.To)
            ? Math.Clamp(policy.SlowFactor, 1, 20)
            : 1;
    }

    private static DateTimeOffset HourOf(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);

    private static TimeSpan Between(TimeSpan least, TimeSpan most, Random random) =>
        most > least ? least + ((most - least) * random.NextDouble()) : least;
}
