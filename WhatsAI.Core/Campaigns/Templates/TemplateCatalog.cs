using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts.Fields;

namespace WhatsAI.Core.Campaigns.Templates;

/// <summary>What a template can ask for. The names are the same in every language, as the texts are the company's.</summary>
/// <param name="Fields">The company's contact fields by key, asked for as <c>field.key</c>.</param>
/// <param name="Campaign">Names of the campaign's own values, asked for as <c>campaign.name</c>.</param>
public sealed record TemplateCatalog(IReadOnlyDictionary<string, ContactField> Fields, IReadOnlySet<string> Campaign)
{
    internal const string FirstName = "contact.first_name";
    internal const string FullName = "contact.name";
    internal const string Company = "company.name";
    internal const string FieldPrefix = "field.";
    internal const string CampaignPrefix = "campaign.";

    /// <summary>Values of one campaign.</summary>
    public const int MostCampaign = 20;

    /// <summary>
    /// With the campaign's values that these texts ask for: a template is written before the campaign that gives them. What such a value is called is free, so whoever
    /// launches is asked for each, and a launch reads the texts with the values there are.
    /// </summary>
    public TemplateCatalog Asking(IEnumerable<string> texts) =>
        this with
        {
            Campaign = texts
                .SelectMany(text => BraceText.Split(text, out _))
                .Select(piece => piece.Name?.ToLowerInvariant())
                .Where(name => name?.StartsWith(CampaignPrefix, StringComparison.Ordinal) == true)
                .Select(name => name![CampaignPrefix.Length..])
                .Where(name => name.Length is > 0 and <= ContactField.MaxNameLength && name == ContactField.KeyOf(name))
                .Distinct(StringComparer.Ordinal)
                .Take(MostCampaign)
                .ToHashSet(StringComparer.Ordinal),
        };

    /// <summary>The campaign's values that a text asks for without words for the unknown and that are not given: nobody could get that text.</summary>
    /// <param name="texts">Those that are sent.</param>
    /// <param name="values">By name.</param>
    public static IReadOnlyList<string> Lacking(IEnumerable<string> texts, IReadOnlyDictionary<string, string> values) =>
        [
            .. texts
                .SelectMany(text => TemplateText.Launched(text).Uses)
                .Where(use => use.Fallback is null && use.Name.StartsWith(CampaignPrefix, StringComparison.OrdinalIgnoreCase))
                .Select(use => use.Name[CampaignPrefix.Length..].ToLowerInvariant())
                .Where(name => string.IsNullOrWhiteSpace(values.GetValueOrDefault(name)))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>In the order in which they are offered.</summary>
    public IReadOnlyList<string> Names =>
        [
            FirstName,
            FullName,
            .. Fields.Keys.Order(StringComparer.Ordinal).Select(k => FieldPrefix + k),
            .. Campaign.Order(StringComparer.Ordinal).Select(k => CampaignPrefix + k),
            Company,
        ];

    /// <summary>The name as it is kept, whatever its case; null where there is nothing of that name.</summary>
    public string? Find(string name)
    {
        var plain = name.ToLowerInvariant();
        return
            plain is FirstName or FullName or Company
            || (plain.StartsWith(FieldPrefix, StringComparison.Ordinal) && Fields.ContainsKey(plain[FieldPrefix.Length..]))
            || (plain.StartsWith(CampaignPrefix, StringComparison.Ordinal) && Campaign.Contains(plain[CampaignPrefix.Length..]))
            ? plain
            : null;
    }
}
