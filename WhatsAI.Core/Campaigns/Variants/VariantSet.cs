using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Campaigns.Variants;

/// <summary>How the recipients are shared out among the variants.</summary>
public enum VariantMix
{
    /// <summary>By their weights, to the end.</summary>
    Fixed,

    /// <summary>By their weights at first, then more and more to the one that is answered most.</summary>
    Shifting,
}

/// <summary>One wording.</summary>
/// <param name="Key">A letter ("A"), by which figures and lines name it.</param>
/// <param name="Weight">Its share beside the others' weights; 0 for none.</param>
/// <param name="IsProposed">An AI provider wrote it: a person has to approve it before it is sent to anybody.</param>
/// <param name="ApprovedBy">Who did.</param>
public sealed record Variant(string Key, string Text, int Weight = 1, bool IsProposed = false, UserId? ApprovedBy = null)
{
    public bool IsUsed => Weight > 0 && (!IsProposed || ApprovedBy is not null);
}

/// <summary>The wordings of one message. A variant is another wording a reader would notice, not a disguise: two alike are refused.</summary>
public sealed record VariantSet(IReadOnlyList<Variant> Variants, VariantMix Mix = VariantMix.Fixed)
{
    public const int Most = 20;
    public const int MostWeight = 100;

    public static VariantSet None { get; } = new([]);

    /// <summary>Those that are sent.</summary>
    public IReadOnlyList<Variant> Used => [.. Variants.Where(v => v.IsUsed)];

    /// <exception cref="RuleException">None that may be sent, too many, two with one key or one text, or a weight that is none.</exception>
    public VariantSet Checked()
    {
        if (
            Variants.Count > Most
            || Variants.Any(v => v.Weight is < 0 or > MostWeight || v.Key.Length is 0 or > 2 || !v.Key.All(char.IsAsciiLetterUpper))
            || Variants.Select(v => v.Key).Distinct(StringComparer.Ordinal).Count() != Variants.Count
        )
        {
            throw new RuleException("template.variants-invalid", Most, MostWeight);
        }

        if (Variants.Select(v => OneLine.Fold(v.Text)).Distinct(StringComparer.Ordinal).Count() != Variants.Count)
        {
            throw new RuleException("template.variants-alike");
        }

        return Used.Count > 0 ? this : throw new RuleException("template.no-variant");
    }

    public bool Equals(VariantSet? other) => other is not null && Mix == other.Mix && Variants.SequenceEqual(other.Variants);

    public override int GetHashCode() => Variants.Aggregate((int)Mix, HashCode.Combine);
}
