using System.Text.RegularExpressions;
using WhatsAI.Core.Campaigns.Templates;
using WhatsAI.Core.Common;

namespace WhatsAI.Core.Campaigns.Proposals;

/// <summary>A wording that was proposed and is not offered.</summary>
/// <param name="Key">A resource key below "proposal-bad.".</param>
/// <param name="Value">What it is about, a variable or a link; null: the whole.</param>
public sealed record DroppedWording(string Text, string Key, string? Value = null);

/// <summary>What may be offered to a person, who approves it or not, and what may not.</summary>
public sealed record JudgedWordings(IReadOnlyList<string> Kept, IReadOnlyList<DroppedWording> Dropped);

/// <summary>Whether what a machine wrote says the same to the same people: it may neither lose nor invent a variable, and brings no link that a person did not write.</summary>
public static partial class ProposalJudge
{
    /// <summary>UTF-16 units, as written: nobody asked for more.</summary>
    private const int MaxLength = 4_096;

    /// <param name="original">What was asked about, without problems.</param>
    /// <param name="others">The wordings there are, the original among them.</param>
    /// <param name="proposals">As they came.</param>
    /// <param name="catalog">What the original was read with.</param>
    public static JudgedWordings Judge(
        string original,
        IEnumerable<string> others,
        IEnumerable<string> proposals,
        TemplateCatalog catalog,
        bool hasMedia
    )
    {
        var source = TemplateText.Parse(original, catalog, hasMedia);
        var known = others.Append(original).Select(OneLine.Fold).ToHashSet(StringComparer.Ordinal);
        var (kept, dropped) = (new List<string>(), new List<DroppedWording>());
        foreach (var proposal in proposals.Select(p => p.Trim()).Where(p => p.Length > 0))
        {
            if (Fault(source, proposal, catalog, hasMedia) is { } fault)
            {
                dropped.Add(fault);
            }
            else if (!known.Add(OneLine.Fold(proposal)))
            {
                dropped.Add(new DroppedWording(proposal, "proposal-bad.alike"));
            }
            else
            {
                kept.Add(proposal);
            }
        }

        return new JudgedWordings(kept, dropped);
    }

    private static DroppedWording? Fault(TemplateText source, string proposal, TemplateCatalog catalog, bool hasMedia)
    {
        var reading = TemplateText.Look(proposal, catalog, hasMedia);
        var asked = source.Variables;
        var asks = reading.Text.Variables;
        return asks.FirstOrDefault(v => !asked.Contains(v, StringComparer.Ordinal)) is { } invented
                ? new DroppedWording(proposal, "proposal-bad.variable-invented", invented)
            : reading.Problems.Count > 0 || proposal.Length > MaxLength ? new DroppedWording(proposal, "proposal-bad.text")
            : asked.FirstOrDefault(v => !asks.Contains(v, StringComparer.Ordinal)) is { } lost
                ? new DroppedWording(proposal, "proposal-bad.variable-lost", lost)
            : source.Uses.FirstOrDefault(u => u.Fallback is not null && reading.Text.Uses.Any(p => p.Name == u.Name && p.Fallback is null))
                is { } bare
                ? new DroppedWording(proposal, "proposal-bad.fallback-lost", bare.Name)
            : Links(proposal).FirstOrDefault(l => !source.Source.Contains(l, StringComparison.OrdinalIgnoreCase)) is { } link
                ? new DroppedWording(proposal, "proposal-bad.link-invented", link)
            : null;
    }

    private static IEnumerable<string> Links(string text) =>
        Link().Matches(text).Select(m => m.Value.TrimEnd('.', ',', ':', ';', '!', '?', ')'));

    // What a phone makes a link of: an address with a scheme, or a name with a dot and something after it.
    [GeneratedRegex(
        @"(?:https?://|www\.)\S+|\b[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.(?:com|net|org|br|io|me|app|link|ly|co)\b\S*",
        RegexOptions.IgnoreCase,
        1000
    )]
    private static partial Regex Link();
}
