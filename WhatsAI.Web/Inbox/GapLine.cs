using Microsoft.Extensions.Localization;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Infrastructure.Messaging.Gaps;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox;

/// <summary>A thread's quiet line about messages of its number that were missed.</summary>
public static class GapLine
{
    public static string Of(GapRow gap, DateTimeOffset now, TimeZoneInfo zone, IStringLocalizer<InboxText> texts)
    {
        var key = gap.State switch
        {
            GapState.NothingKept => "gap.nothing-kept",
            GapState.Unanswered => "gap.unanswered",
            GapState.Filled or GapState.Filling when gap.Recovered == 1 => "gap.recovered-one",
            GapState.Filled or GapState.Filling when gap.Recovered > 0 => "gap.recovered",
            _ => "gap.again",
        };
        return texts[
            key,
            ClockTime.Of(gap.From, now, zone),
            ClockTime.Of(gap.To ?? now, now, zone),
            gap.Recovered,
            ClockTime.Of(gap.DueAt, now, zone)
        ];
    }
}
