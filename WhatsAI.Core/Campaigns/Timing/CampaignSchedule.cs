using WhatsAI.Core.Common;

namespace WhatsAI.Core.Campaigns.Timing;

/// <summary>What happens to a campaign whose time went by while nothing ran.</summary>
public enum LateStart
{
    /// <summary>It is not sent: words for a moment are worth nothing after it.</summary>
    Skip,

    /// <summary>A person is asked.</summary>
    Ask,

    /// <summary>It is sent if it is not later than so many minutes; else a person is asked.</summary>
    SendIfSoon,
}

/// <summary>When a campaign begins.</summary>
/// <param name="Local">Date and time as the clocks show them in <paramref name="Zone"/>.</param>
/// <param name="Zone">IANA name of the zone in which the time was meant; kept, so that a country's change of its clocks moves the moment and not the hour.</param>
/// <param name="MostLate">Minutes, for <see cref="LateStart.SendIfSoon"/>.</param>
public sealed record CampaignSchedule(DateTime Local, string Zone, LateStart Late = LateStart.Ask, int MostLate = 0)
{
    public const int MaxDaysAhead = 365;
    public const int LongestLate = 24 * 60;

    /// <summary>A time that the clocks skip is the moment they skip at; one they show twice is its first pass.</summary>
    /// <exception cref="RuleException">There is no such zone.</exception>
    public DateTimeOffset StartsAt() => LocalTimes.At(Local, ZoneOf(Zone)).ToUniversalTime();

    /// <exception cref="RuleException">There is no such zone, the time is over or too far away, or the minutes are none.</exception>
    public CampaignSchedule Checked(DateTimeOffset now) =>
        StartsAt() <= now ? throw new RuleException("later.past")
        : StartsAt() > now.AddDays(MaxDaysAhead) ? throw new RuleException("later.too-far", MaxDaysAhead)
        : !Enum.IsDefined(Late) || (Late == LateStart.SendIfSoon) != MostLate is >= 1 and <= LongestLate
            ? throw new RuleException("campaign.late-invalid", LongestLate)
        : this;

    private static TimeZoneInfo ZoneOf(string name) =>
        name.Length <= 60 && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : throw new RuleException("later.zone-unknown");
}

/// <summary>What is to be done with a scheduled campaign now.</summary>
public abstract record StartDecision
{
    private StartDecision() { }

    public sealed record Wait(DateTimeOffset Until) : StartDecision;

    public sealed record Start : StartDecision;

    /// <summary>It is paused, and a person decides.</summary>
    public sealed record Ask(TimeSpan Late) : StartDecision;

    /// <summary>It is cancelled.</summary>
    public sealed record Skip(TimeSpan Late) : StartDecision;
}

public static class StartRule
{
    /// <summary>Nobody calls this late: what wakes campaigns does not do it on the second, and a restart takes its time.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    public static StartDecision Decide(CampaignSchedule schedule, DateTimeOffset now)
    {
        var late = now - schedule.StartsAt();
        return late < TimeSpan.Zero ? new StartDecision.Wait(schedule.StartsAt())
            : late <= Grace || (schedule.Late == LateStart.SendIfSoon && late <= TimeSpan.FromMinutes(schedule.MostLate))
                ? new StartDecision.Start()
            : schedule.Late == LateStart.Skip ? new StartDecision.Skip(late)
            : new StartDecision.Ask(late);
    }
}
