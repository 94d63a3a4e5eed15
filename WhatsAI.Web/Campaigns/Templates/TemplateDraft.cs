using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Campaigns.Variants;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Messaging;
using WhatsAI.Infrastructure.Campaigns.Templates;

namespace WhatsAI.Web.Campaigns.Templates;

/// <summary>A template as it stands in the editor.</summary>
public sealed class TemplateDraft
{
    public string Name { get; set; } = "";

    public List<VariantLine> Variants { get; } = [];

    public VariantMix Mix { get; set; }

    public ScheduledFile? File { get; set; }

    public int Limit => File is null ? MessageLimits.Text : MessageLimits.Caption;

    public bool HasRoom => Variants.Count < VariantSet.Most;

    public static TemplateDraft New()
    {
        var draft = new TemplateDraft();
        draft.Add();
        return draft;
    }

    public static TemplateDraft Of(TemplateView view)
    {
        var draft = new TemplateDraft
        {
            Name = view.Name,
            Mix = view.Variants.Mix,
            File = view.File,
        };
        draft.Variants.AddRange(
            view.Variants.Variants.Select(v => new VariantLine(v.Key)
            {
                Text = v.Text,
                Weight = v.Weight,
                IsProposed = v.IsProposed,
                IsApproved = v.ApprovedBy is not null,
                ApprovedBy = v.ApprovedBy is { } by ? view.Approvers.GetValueOrDefault(by.Value) : null,
            })
        );
        return draft;
    }

    public TemplateForm ToForm() => new(Name, [.. Variants.Select(v => v.ToDraft())], Mix, File);

    /// <summary>Letters stay with their wordings: figures and lines name them by these.</summary>
    public VariantLine Add(string text = "", bool proposed = false)
    {
        var key = Keys().First(k => Variants.TrueForAll(v => v.Key != k));
        var line = new VariantLine(key) { Text = text, IsProposed = proposed };
        Variants.Add(line);
        return line;
    }

    /// <summary>What each text may ask for, together with the campaign's values that they name.</summary>
    public TemplateCatalog CatalogOf(TemplateCatalog company) => company.Asking(Variants.Select(v => v.Text));

    /// <summary>How many of a hundred recipients get it at first.</summary>
    public double ShareOf(VariantLine line)
    {
        var all = Variants.Where(v => v.IsUsed).Sum(v => v.Weight);
        return line.IsUsed && all > 0 ? 100.0 * line.Weight / all : 0;
    }

    public static bool Same(TemplateForm a, TemplateForm b) =>
        a.Name == b.Name && a.Mix == b.Mix && a.File == b.File && a.Variants.SequenceEqual(b.Variants);

    private static IEnumerable<string> Keys()
    {
        for (var c = 'A'; c <= 'Z'; c++)
        {
            yield return c.ToString();
        }
    }
}
