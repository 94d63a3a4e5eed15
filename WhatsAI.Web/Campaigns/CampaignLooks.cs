using System.Globalization;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Guards;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Campaigns;

/// <summary>How the state of a campaign and of a recipient looks and is called, wherever it is shown.</summary>
internal static class CampaignLooks
{
    /// <summary>A person's pause wants attention, what the system stopped wants a person.</summary>
    public static Tone Tone(CampaignState state, CampaignCause? cause) =>
        state switch
        {
            CampaignState.Scheduled or CampaignState.Running => Common.Tone.Info,
            CampaignState.Paused => cause == CampaignCause.ByPerson ? Common.Tone.Warn : Common.Tone.Critical,
            CampaignState.Completed => Common.Tone.Ok,
            _ => Common.Tone.Unknown,
        };

    public static string Icon(CampaignState state, CampaignCause? cause) =>
        state switch
        {
            CampaignState.Draft => "edit_note",
            CampaignState.Scheduled => "schedule",
            CampaignState.Running => "send",
            CampaignState.Paused => cause == CampaignCause.ByPerson ? "pause_circle" : "front_hand",
            CampaignState.Completed => "check_circle",
            _ => "cancel",
        };

    /// <summary>One word.</summary>
    public static string Word(IStringLocalizer<CampaignsText> text, CampaignState state, CampaignCause? cause) =>
        state == CampaignState.Paused && cause != CampaignCause.ByPerson ? text["state.stopped"] : text[$"state.{state}"];

    /// <summary>Why it is as it is, in sentences, the gravest first; empty where the state says all.</summary>
    /// <param name="by">Who did it, where that is known and a person did.</param>
    /// <param name="nameOf">A culprit's name; null where whoever looks may not know it, or it is gone.</param>
    public static IReadOnlyList<string> Why(
        IStringLocalizer<CampaignsText> text,
        (CampaignState State, CampaignCause? Cause, string? Detail) why,
        string? by = null,
        Func<Culprit, string?>? nameOf = null
    )
    {
        if (why.State != CampaignState.Paused && why.Cause != CampaignCause.TooLate)
        {
            return [];
        }

        var detail = PauseDetail.Read(why.Detail);
        if (why.Cause is null or CampaignCause.ByPerson)
        {
            return [by is null ? text["cause.ByPerson"] : text["cause.ByPerson-named", by]];
        }

        return
        [
            text[$"cause.{why.Cause}"],
            .. (detail?.Why ?? []).Select(key => Held(text, key)),
            .. detail?.Culprit is { } culprit ? [Culprit(text, culprit, nameOf?.Invoke(culprit))] : Array.Empty<string>(),
        ];
    }

    /// <param name="key">Below "held.".</param>
    public static string Held(IStringLocalizer<CampaignsText> text, string key)
    {
        var words = text[key];
        return words.ResourceNotFound ? text["held.other"] : words;
    }

    /// <summary>A sentence: which part is to blame, by how much.</summary>
    /// <param name="name">Null where whoever looks may not know it, or it is gone; a variant is named by its letter.</param>
    public static string Culprit(IStringLocalizer<CampaignsText> text, Culprit culprit, string? name)
    {
        var who =
            culprit.Kind == SliceKind.Variant ? text["culprit.Variant", culprit.Key]
            : name is null ? text[$"culprit.{culprit.Kind}-other"]
            : text[$"culprit.{culprit.Kind}", name];
        return text["culprit.named", (string)who, Percent(culprit.Share), Percent(culprit.RestShare)];
    }

    /// <summary>A share of 0 to 1 with one digit after the point, none where it is whole.</summary>
    public static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.CurrentCulture) + "%";

    public static Tone Tone(RecipientState state) =>
        state switch
        {
            RecipientState.Failed => Common.Tone.Critical,
            RecipientState.Queued or RecipientState.Sending => Common.Tone.Info,
            RecipientState.Sent or RecipientState.Delivered or RecipientState.Read or RecipientState.Replied => Common.Tone.Ok,
            _ => Common.Tone.Unknown,
        };

    public static string Icon(RecipientState state) =>
        state switch
        {
            RecipientState.Planned or RecipientState.Queued => "schedule",
            RecipientState.Sending => "send",
            RecipientState.Unconfirmed => "help",
            RecipientState.Sent => "check",
            RecipientState.Failed => "error",
            RecipientState.Delivered => "done_all",
            RecipientState.Read => "mark_chat_read",
            RecipientState.Replied => "reply",
            _ => "do_not_disturb_on",
        };

    public static string Word(IStringLocalizer<CampaignsText> text, RecipientState state) => text[$"recipient.{state}"];
}
