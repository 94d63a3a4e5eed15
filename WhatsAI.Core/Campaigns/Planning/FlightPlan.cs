using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;

namespace WhatsAI.Core.Campaigns.Planning;

/// <summary>One number on one day.</summary>
/// <param name="Sends">Messages of this campaign.</param>
/// <param name="Others">Of what waited before.</param>
/// <param name="Cap">What its caps allow on that day.</param>
public sealed record FlightDay(DateOnly Day, int Sends, int Others, int Cap, DateTimeOffset? FirstAt, DateTimeOffset? LastAt);

/// <summary>One number's part.</summary>
/// <param name="Days">Each day of the plan, also those without a message.</param>
public sealed record FlightLane(InstanceId Instance, MemberRole Role, IReadOnlyList<FlightDay> Days)
{
    public int Total => Days.Sum(d => d.Sends);

    /// <summary>Several as one, that is no number's.</summary>
    internal static FlightLane Together(IReadOnlyList<FlightLane> lanes) =>
        new(
            default,
            lanes.Min(l => l.Role),
            [
                .. lanes
                    .SelectMany(l => l.Days)
                    .GroupBy(d => d.Day)
                    .OrderBy(g => g.Key)
                    .Select(g => new FlightDay(
                        g.Key,
                        g.Sum(d => d.Sends),
                        g.Sum(d => d.Others),
                        g.Sum(d => d.Cap),
                        g.Min(d => d.FirstAt),
                        g.Max(d => d.LastAt)
                    )),
            ]
        );
}

/// <summary>What may come in the way. A resource key below "risk.".</summary>
public enum FlightRisk
{
    /// <summary>The pool has nobody who sends.</summary>
    NoNumbers,

    /// <summary>Not everybody gets it within the time looked at.</summary>
    DoesNotEnd,

    /// <summary>A number reaches 80 % of its day's cap.</summary>
    NearCap,

    /// <summary>More answers come in an hour than the agents answer.</summary>
    TooManyReplies,

    /// <summary>The busiest number falls: a backup takes over, or the others send its part.</summary>
    OneNumberFalls,

    /// <summary>The two busiest fall.</summary>
    TwoNumbersFall,

    /// <summary>Less of the pool's capacity is left free than is advised.</summary>
    LittleSpare,
}

/// <summary>One of them.</summary>
/// <param name="At">When; null where it has no time.</param>
/// <param name="Number">Which; null for none.</param>
/// <param name="EndsAt">When the campaign would end then; null where it would not, or it makes no difference.</param>
/// <param name="Value">A figure that belongs to it: answers in the hour, people not reached, percent left free.</param>
public sealed record FlightWarning(
    FlightRisk Risk,
    DateTimeOffset? At = null,
    InstanceId? Number = null,
    DateTimeOffset? EndsAt = null,
    int? Value = null
);

/// <summary>Nine of ten simulations end, or count, within this.</summary>
public sealed record FlightRange<T>(T From, T To);

/// <summary>What a campaign will do, by the very functions that will send it.</summary>
/// <param name="People">Who gets it.</param>
/// <param name="LeftOut">Who does not, and why.</param>
/// <param name="StartsAt">The first message; null where none goes.</param>
/// <param name="Ends">The last message; null where not everybody gets it within the time looked at.</param>
/// <param name="Used">Share of the pool's capacity over the days of the plan that is used, by this campaign and what waited before, 0 to 1.</param>
/// <param name="Replies">Answers to be expected; null while there is nothing to expect them from.</param>
/// <param name="PeakReplies">In the busiest hour.</param>
/// <param name="Cost">Of all messages; null where they cost nothing by the piece.</param>
/// <param name="Runs">Simulations it rests on; one alone gives no range.</param>
public sealed record FlightPlan(
    int People,
    AudienceCount LeftOut,
    DateTimeOffset? StartsAt,
    FlightRange<DateTimeOffset>? Ends,
    IReadOnlyList<FlightLane> Lanes,
    double Used,
    FlightRange<int>? Replies,
    int? PeakReplies,
    decimal? Cost,
    IReadOnlyList<FlightWarning> Warnings,
    int Runs
)
{
    /// <summary>Share of the capacity that stays free.</summary>
    public double Idle => 1 - Used;

    /// <summary>For somebody who sees some numbers only: all others are one lane without a number, the last, and no warning names one of them.</summary>
    public FlightPlan For(Func<InstanceId, bool> sees)
    {
        var hidden = Lanes.Where(l => !sees(l.Instance)).ToArray();
        return hidden.Length == 0
            ? this
            : this with
            {
                Lanes = [.. Lanes.Where(l => sees(l.Instance)), FlightLane.Together(hidden)],
                Warnings = [.. Warnings.Select(w => w.Number is { } number && !sees(number) ? w with { Number = null } : w)],
            };
    }
}
