using System.Globalization;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Live;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Infrastructure.Campaigns.Live;
using WhatsAI.Infrastructure.Campaigns.Recipients;
using WhatsAI.Web.Common;
using WhatsAI.Web.Inbox;

namespace WhatsAI.Web.Campaigns.Live;

/// <summary>The sentence of what a campaign does.</summary>
/// <param name="Tone">Null: all is as it should be, and no banner is needed.</param>
/// <param name="More">What comes of it, and what a person should do.</param>
/// <param name="Page">Where that is done; null: here, or nowhere.</param>
public sealed record DoingLook(Tone? Tone, string Icon, string Title, string? More = null, (string Text, string Page)? Page = null);

/// <summary>A launched campaign in words.</summary>
internal static class LiveWords
{
    public static DoingLook Of(
        CampaignLive live,
        TimeZoneInfo zone,
        IStringLocalizer<LiveText> texts,
        IStringLocalizer<CampaignsText> states
    )
    {
        string At(DateTimeOffset at) => When(at, live.At, zone);
        string Say(string key, params object[] values) => texts[key, values];
        return live.Doing switch
        {
            CampaignDoing.Preparing p => new(Tone.Info, "group_add", Say("doing.preparing", Number(p.SoFar)), Say("doing.preparing-more")),
            CampaignDoing.Waiting w => new(Tone.Info, "schedule", Say("doing.waiting", At(w.StartsAt)), Say("doing.waiting-more", zone.Id)),
            CampaignDoing.Stopped => Stopped(live, texts, states),
            CampaignDoing.Clearing c => new(Tone.Info, "hourglass_top", Say("doing.clearing", Number(c.Left))),
            CampaignDoing.NobodySends => new(
                Tone.Critical,
                "link_off",
                Say("doing.nobody"),
                Say("doing.nobody-more"),
                (Say("doing.nobody-do"), "numbers")
            ),
            CampaignDoing.NeverOpens => new(
                Tone.Critical,
                "event_busy",
                Say("doing.never"),
                Say("doing.never-more"),
                live.Head.Pool is { } pool ? (Say("doing.never-do"), $"numbers/pools/{pool}") : null
            ),
            CampaignDoing.Closed c => new(Tone.Info, "bedtime", Say("doing.closed", At(c.Until)), Say("doing.closed-more")),
            CampaignDoing.PutOff p => new(Tone.Info, "history", Say("doing.put-off", At(p.Until)), Say("doing.put-off-more")),
            CampaignDoing.DayFull d => new(Tone.Info, "hourglass_bottom", Say("doing.day-full", At(d.Until)), Say("doing.day-full-more")),
            CampaignDoing.FirstPart f => new(Tone.Info, "science", Say("doing.first-part", Number(f.Size)), Say("doing.first-part-more")),
            CampaignDoing.FirstPartWaits { Until: { } until } f => new(
                Tone.Info,
                "science",
                Say("doing.first-waits", At(until)),
                Say("doing.first-waits-more", Number(f.Size))
            ),
            CampaignDoing.FirstPartWaits f => new(
                Tone.Info,
                "science",
                Say("doing.first-going", Number(f.Size)),
                Say("doing.first-part-more")
            ),
            CampaignDoing.Slowed s => new(
                Tone.Warn,
                "support_agent",
                Say("doing.slowed", Percent(s.Factor)),
                Say("doing.slowed-more"),
                (Say("doing.slowed-do"), "analytics")
            ),
            CampaignDoing.Ending e => new(null, "flag", Say(e.Left == 1 ? "doing.ending-one" : "doing.ending", Number(e.Left))),
            CampaignDoing.Over => new(
                null,
                "flag",
                Say(live.Head.State == CampaignState.Cancelled ? "doing.cancelled" : "doing.over", At(live.Head.StateSince)),
                string.Join(' ', Why(live, states))
            ),
            _ => new(null, "send", live.Pace.PerHour is { } rate ? Say("doing.sending-at", Number(rate)) : Say("doing.sending")),
        };
    }

    /// <summary>Why it is as it is, with a culprit's name where whoever looks may know it.</summary>
    public static IReadOnlyList<string> Why(CampaignLive live, IStringLocalizer<CampaignsText> states) =>
        Why(live, (live.Head.State, live.Head.Cause, live.Head.Detail), live.Head.By, states);

    public static IReadOnlyList<string> Why(
        CampaignLive live,
        (CampaignState, CampaignCause?, string?) why,
        string? by,
        IStringLocalizer<CampaignsText> states
    ) => CampaignLooks.Why(states, why, by, culprit => NameOf(live, culprit));

    /// <summary>A clock time, with the weekday or the day where that is not today.</summary>
    public static string When(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone)
    {
        var (there, today) = (TimeZoneInfo.ConvertTime(at, zone), TimeZoneInfo.ConvertTime(now, zone));
        var time = there.ToString("t", CultureInfo.CurrentCulture);
        return Math.Abs((there.Date - today.Date).Days) switch
        {
            0 => time,
            < 7 => $"{there.ToString("ddd", CultureInfo.CurrentCulture)}, {time}",
            _ => $"{there.ToString("d MMM", CultureInfo.CurrentCulture)}, {time}",
        };
    }

    public static string Number(double value) => value.ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>A share of 0 to 1; nearly all is not all.</summary>
    public static string Percent(double share) => CampaignLooks.Percent(share is > 0.999 and < 1 ? 0.999 : share);

    public static string Share(int part, int whole) => whole == 0 ? "–" : Percent((double)part / whole);

    /// <summary>What is said of the wordings together.</summary>
    public static DoingLook Verdict(VariantVerdict verdict, IStringLocalizer<LiveText> texts) =>
        verdict switch
        {
            { Best: { } best, Certainty: Certainty.Clear } => new(
                Tone.Ok,
                "trending_up",
                texts["certainty.Clear", best, verdict.Percent ?? 0]
            ),
            { Best: { } best } => new(Tone.Info, "trending_up", texts["certainty.Likely", best, verdict.Percent ?? 0]),
            { Certainty: Certainty.NoDifference } => new(Tone.Unknown, "trending_flat", texts["certainty.NoDifference"]),
            _ => new(Tone.Unknown, "hourglass_empty", texts["certainty.TooFew"]),
        };

    /// <summary>A reason of the ledger, as a heading.</summary>
    public static string Reason(string? reason, IStringLocalizer<InboxText> reasons)
    {
        var words = reason is null ? reasons["failed.unknown"] : reasons[reason];
        var text = words.ResourceNotFound ? reasons["failed.unknown"].Value : words.Value;
        return char.ToUpper(text[0], CultureInfo.CurrentCulture) + text[1..];
    }

    /// <summary>What becomes of those who failed for a reason: nothing by itself, as what may be tried again was.</summary>
    public static (string Key, bool WantsPerson) Next(string reason) =>
        reason switch
        {
            "failed.number-not-on-whats-app" => ("next.left-out", false),
            "failed.rejected" or "failed.refused-later" or "failed.not-supported" or "failed.media-missing" => ("next.message", true),
            "failed.number-deleted"
            or "failed.number-banned"
            or "failed.unauthorized"
            or "failed.licence-required"
            or "failed.unknown-instance" => ("next.number", true),
            _ => ("next.tried", false),
        };

    private static DoingLook Stopped(CampaignLive live, IStringLocalizer<LiveText> texts, IStringLocalizer<CampaignsText> states)
    {
        var why = Why(live, states);
        var tone = CampaignLooks.Tone(live.Head.State, live.Head.Cause);
        var left = Number(live.Funnel.Waiting);
        var next = live.Head.Cause switch
        {
            CampaignCause.ByPerson => texts["doing.paused-more", left],
            CampaignCause.Late => texts["doing.late-more", left],
            _ => texts["doing.stopped-more", left],
        };
        return new(
            tone,
            CampaignLooks.Icon(live.Head.State, live.Head.Cause),
            why is [var first, ..] ? first : CampaignLooks.Word(states, live.Head.State, live.Head.Cause),
            string.Join(' ', [.. why.Skip(1), next.Value]),
            live.Head is { Cause: CampaignCause.NumberFailed, Pool: { } pool } ? (texts["doing.number-do"], $"numbers/pools/{pool}") : null
        );
    }

    private static string? NameOf(CampaignLive live, Culprit culprit) =>
        culprit.Kind switch
        {
            SliceKind.Number => live.Parts.Numbers.FirstOrDefault(n => n.Number?.ToString() == culprit.Key)?.Name,
            SliceKind.Segment when int.TryParse(culprit.Key, CultureInfo.InvariantCulture, out var at) => live
                .Parts.Sources.ElementAtOrDefault(at)
                ?.Name,
            _ => null,
        };
}
