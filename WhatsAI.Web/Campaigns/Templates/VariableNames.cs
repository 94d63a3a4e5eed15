using Microsoft.Extensions.Localization;
using WhatsAI.Core.Campaigns.Templates;

namespace WhatsAI.Web.Campaigns.Templates;

/// <summary>What variables are called in the reader's language.</summary>
public sealed class VariableNames(TemplateCatalog catalog, IStringLocalizer<TemplatesText> texts)
{
    public string Of(string variable) =>
        variable switch
        {
            "contact.first_name" => texts["variable.first-name"],
            "contact.name" => texts["variable.name"],
            "company.name" => texts["variable.company"],
            _ when Tail(variable, "field.") is { } key => catalog.Fields.TryGetValue(key, out var field) ? field.Name : key,
            _ when Tail(variable, "campaign.") is { } name => texts["variable.campaign", name],
            _ => variable,
        };

    private static string? Tail(string variable, string prefix) =>
        variable.StartsWith(prefix, StringComparison.Ordinal) ? variable[prefix.Length..] : null;
}
