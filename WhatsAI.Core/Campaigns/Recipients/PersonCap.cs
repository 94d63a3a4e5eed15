using WhatsAI.Core.Analytics;
using WhatsAI.Core.Common;

namespace WhatsAI.Core.Campaigns.Recipients;

/// <summary>
/// How many campaign messages one person gets from the whole company, through any of its numbers. Days are the company's calendar days: with windows that open in
/// the morning and close in the evening two of them never come closer than a night.
/// </summary>
/// <param name="PerDay">On one day.</param>
/// <param name="PerWeek">On a day and the six before it.</param>
public sealed record PersonCap(int PerDay = 1, int PerWeek = 3)
{
    public const int MostPerDay = 3;
    public const int MostPerWeek = 7;

    private const int Week = 7;

    /// <exception cref="RuleException">Less than one, more than <see cref="MostPerDay"/> or <see cref="MostPerWeek"/>, or more in a day than in a week.</exception>
    public PersonCap Checked() =>
        PerDay is >= 1 and <= MostPerDay && PerWeek <= MostPerWeek && PerDay <= PerWeek
            ? this
            : throw new RuleException("campaign.person-cap-invalid", MostPerDay, MostPerWeek);

    /// <summary>The first day, not before that of <paramref name="at"/>, on which one more is within the cap.</summary>
    /// <param name="sent">Messages that may have reached the person, and those that wait to go out; of the last week at least.</param>
    public DateOnly FreeOn(IEnumerable<DateTimeOffset> sent, DateTimeOffset at, TimeZoneInfo zone)
    {
        var days = sent.Select(s => LocalDays.Of(s, zone)).ToArray();
        var day = LocalDays.Of(at, zone);
        while (!Allows(days, day))
        {
            day = day.AddDays(1);
        }

        return day;
    }

    /// <summary>Whether one more may go now.</summary>
    /// <inheritdoc cref="FreeOn"/>
    public bool Allows(IEnumerable<DateTimeOffset> sent, DateTimeOffset at, TimeZoneInfo zone) =>
        FreeOn(sent, at, zone) == LocalDays.Of(at, zone);

    // A message of a later day counts too, where a clock was put back or one is planned.
    private bool Allows(DateOnly[] days, DateOnly day) =>
        days.Count(d => d == day) < PerDay && days.Count(d => Math.Abs(d.DayNumber - day.DayNumber) < Week) < PerWeek;
}
