using Microsoft.Extensions.Localization;
using WhatsAI.Core.Messaging.Gaps;
using WhatsAI.Infrastructure.Messaging.Gaps;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Instances;

/// <summary>In words, from when to when messages of a number were missed, and what became of it.</summary>
public static class GapWords
{
    public static string Text(GapRow gap, DateTimeOffset now, TimeZoneInfo zone, IStringLocalizer<InstancesText> texts) =>
        texts[
            $"gap.{Key(gap)}",
            ClockTime.Of(gap.From, now, zone),
            ClockTime.Of(gap.To ?? now, now, zone),
            gap.Recovered,
            ClockTime.Of(gap.DueAt, now, zone)
        ];

    public static Tone ToneOf(GapRow gap) =>
        gap switch
        {
            { State: GapState.NothingKept or GapState.Unanswered } => Tone.Warn,
            { State: GapState.Filling, Failure: not null } => Tone.Warn,
            { State: GapState.Filled } => Tone.Ok,
            { State: GapState.Waiting } => Tone.Unknown,
            _ => Tone.Info,
        };

    public static string Icon(GapRow gap) =>
        gap switch
        {
            { State: GapState.NothingKept or GapState.Unanswered } => "running_with_errors",
            { State: GapState.Filled } => "playlist_add_check",
            { State: GapState.Waiting } => "link_off",
            _ => "manage_search",
        };

    private static string Key(GapRow gap) =>
        gap switch
        {
            { State: GapState.Filled, Recovered: 0 } => "complete",
            { State: GapState.Filled, Recovered: 1 } => "recovered-one",
            { State: GapState.Filled } => "recovered",
            { State: GapState.NothingKept } => "nothing-kept",
            { State: GapState.Unanswered } => "unanswered",
            { State: GapState.Waiting } => "waiting",
            { State: GapState.Filling, Failure: not null } => "again",
            { State: GapState.Filling } => "filling",
            _ => "open",
        };
}
