using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns.Audiences;

namespace WhatsAI.Web.Campaigns;

/// <summary>How the reasons for which somebody is left out look and are called.</summary>
internal static class ExclusionLooks
{
    public static string Icon(Exclusion reason) =>
        reason switch
        {
            Exclusion.OptedOut => "front_hand",
            Exclusion.Blocked => "block",
            Exclusion.Invalid => "phone_disabled",
            Exclusion.NotOnWhatsApp => "phonelink_erase",
            Exclusion.Duplicate => "content_copy",
            Exclusion.UnknownConsent => "verified_user",
            Exclusion.InConversation => "forum",
            Exclusion.OverCap => "history",
            _ => "data_object",
        };

    public static string Word(IStringLocalizer<CampaignsText> text, Exclusion reason) => text[$"excluded.{reason}"];
}
