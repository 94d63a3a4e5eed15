using WhatsAI.Core.Contacts.Fields;
using WhatsAI.Core.Inbox;

namespace WhatsAI.Core.Campaigns.Templates;

/// <summary>What is known of one recipient. People choose their own names and files bring the fields, so nothing of it is trusted.</summary>
/// <param name="ContactName">Null where only a phone is known: a number is nobody's name.</param>
/// <param name="Campaign">The campaign's own values by name.</param>
/// <param name="Words">How fields are said in the company's language.</param>
public sealed record TemplateValues(
    string? ContactName,
    string CompanyName,
    IReadOnlyDictionary<string, FieldValue> Fields,
    IReadOnlyDictionary<string, string> Campaign,
    FieldWords Words
)
{
    /// <summary>On one line, without what is invisible, at most <see cref="CannedValues.Longest"/> characters; null where it is not known.</summary>
    /// <param name="name">As <see cref="TemplateCatalog.Find"/> gives it.</param>
    public string? Of(string name) =>
        name switch
        {
            TemplateCatalog.FirstName => CannedValues.First(ContactName),
            TemplateCatalog.FullName => CannedValues.First(ContactName) is null ? null : CannedValues.Plain(ContactName),
            TemplateCatalog.Company => CannedValues.Plain(CompanyName),
            _ when name.StartsWith(TemplateCatalog.FieldPrefix, StringComparison.Ordinal) => Fields.TryGetValue(
                name[TemplateCatalog.FieldPrefix.Length..],
                out var value
            )
                ? CannedValues.Plain(Words.Of(value))
                : null,
            _ when name.StartsWith(TemplateCatalog.CampaignPrefix, StringComparison.Ordinal) => CannedValues.Plain(
                Campaign.GetValueOrDefault(name[TemplateCatalog.CampaignPrefix.Length..])
            ),
            _ => null,
        };
}
