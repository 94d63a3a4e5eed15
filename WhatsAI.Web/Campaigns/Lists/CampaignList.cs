using System.Globalization;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns;
using WhatsAI.Core.Campaigns.Timing;
using WhatsAI.Core.Common;
using WhatsAI.Infrastructure.Campaigns;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Campaigns.Lists;

/// <summary>How the list puts a campaign, and what its address says.</summary>
internal static class CampaignList
{
    /// <summary>As the address writes a state: "?state=running".</summary>
    public static string Word(CampaignState state) => state.ToString().ToLowerInvariant();

    /// <summary>Null: all.</summary>
    public static CampaignState? StateOf(string? word) =>
        word is { Length: > 0 and < 20 }
        && char.IsAsciiLetter(word[0])
        && Enum.TryParse<CampaignState>(word, ignoreCase: true, out var state)
            ? state
            : null;

    /// <summary>A draft is prepared, anything else looked at.</summary>
    public static string PathOf(CampaignListRow row) =>
        row.State == CampaignState.Draft ? $"campaigns/{row.Id}/edit" : $"campaigns/{row.Id}";

    public static IReadOnlyList<string> Why(IStringLocalizer<CampaignsText> text, CampaignListRow row) =>
        CampaignLooks.Why(text, (row.State, row.Cause, row.Detail), row.By, _ => row.Culprit);

    /// <summary>As the clocks of its zone show it, with that zone.</summary>
    public static string Start(CampaignSchedule schedule, DateTimeOffset now)
    {
        var culture = CultureInfo.CurrentCulture;
        var day = schedule.Local.ToString(schedule.Local.Year == now.Year ? "ddd d MMM" : "d MMM yyyy", culture);
        var at = $"{day}, {schedule.Local.ToString("t", culture)}";
        try
        {
            return $"{at}, {Ago.Zone(schedule.StartsAt(), TimeZoneInfo.FindSystemTimeZoneById(schedule.Zone))}";
        }
        catch (Exception e) when (e is RuleException or TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            return $"{at}, {schedule.Zone}";
        }
    }

    /// <summary>A name for a copy that may be kept, however long the first one's is.</summary>
    /// <param name="pattern">"{0} (copy)".</param>
    public static string CopyName(string name, string pattern)
    {
        var room = Campaign.MaxNameLength - string.Format(CultureInfo.CurrentCulture, pattern, "").Length;
        var kept = name.Length <= room ? name : name[..(char.IsHighSurrogate(name[room - 1]) ? room - 1 : room)];
        return string.Format(CultureInfo.CurrentCulture, pattern, kept);
    }
}
