using Microsoft.AspNetCore.WebUtilities;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Infrastructure.Campaigns.Recipients;

namespace WhatsAI.Web.Campaigns.Live;

/// <summary>The parts of the page of a launched campaign.</summary>
public enum LiveTab
{
    Now,
    Analysis,
    LeftOut,
    History,
}

/// <summary>What the page shows, as it stands in its address; what cannot be read is not there.</summary>
public static class LiveUrl
{
    /// <summary>Of the numbers that the member does not see.</summary>
    private const string Others = "others";

    public static LiveTab Tab(string? word) =>
        word switch
        {
            "analysis" => LiveTab.Analysis,
            "left-out" => LiveTab.LeftOut,
            "history" => LiveTab.History,
            _ => LiveTab.Now,
        };

    public static string? Word(LiveTab tab) =>
        tab switch
        {
            LiveTab.Analysis => "analysis",
            LiveTab.LeftOut => "left-out",
            LiveTab.History => "history",
            _ => null,
        };

    public static string Of(CampaignId campaign, LiveTab tab) =>
        Word(tab) is { } word ? $"campaigns/{campaign}?tab={word}" : $"campaigns/{campaign}";

    public static RecipientFilter Filter(string? part, string? reason, string? variant, string? number, string? text) =>
        new(
            Enum.TryParse<RecipientPart>(part, ignoreCase: true, out var which) && Enum.IsDefined(which) && !int.TryParse(part, out _)
                ? which
                : RecipientPart.All,
            Given(reason, 60),
            Given(variant, 2),
            Id.TryParse<InstanceId>(number, out var id) ? id : null,
            number == Others,
            Given(text, 200)
        );

    public static string Of(CampaignId campaign, RecipientFilter filter)
    {
        var query = new Dictionary<string, string?>(StringComparer.Ordinal);
        Add("part", filter.Part == RecipientPart.All ? null : filter.Part.ToString().ToLowerInvariant());
        Add("reason", filter.Reason);
        Add("variant", filter.Variant);
        Add("number", filter.OtherNumbers ? Others : filter.Number?.ToString());
        Add("q", filter.Text);
        return QueryHelpers.AddQueryString($"campaigns/{campaign}", query);

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                query[name] = value;
            }
        }
    }

    private static string? Given(string? text, int most) => string.IsNullOrWhiteSpace(text) || text.Length > most ? null : text;
}
