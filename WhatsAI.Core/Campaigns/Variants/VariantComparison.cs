namespace WhatsAI.Core.Campaigns.Variants;

/// <summary>What figures say about which of two is better. A resource key below "certainty.".</summary>
public enum Certainty
{
    /// <summary>Too few to say anything.</summary>
    TooFew,

    /// <summary>Enough, and what differs may well be chance.</summary>
    NoDifference,

    /// <summary>Chance alone would do this less than once in twenty times.</summary>
    Likely,

    /// <summary>Less than once in a hundred times.</summary>
    Clear,
}

/// <summary>Two shares against each other.</summary>
/// <param name="Z">How many standard errors apart; positive where the first is higher.</param>
/// <param name="P">How often chance alone sets two equal ones so far apart, 0 to 1.</param>
public sealed record VariantComparison(Certainty Certainty, double Z, double P)
{
    /// <summary>Of each, before anything is said.</summary>
    public const int EnoughSent = 100;

    /// <summary>Replies and non-replies to be expected of each: below that the normal curve is no good guide.</summary>
    public const int EnoughExpected = 10;

    /// <summary>Two-proportion z-test with the pooled share, two-sided.</summary>
    /// <param name="among">How many comparisons this is one of: whoever looks at many finds something by chance (Bonferroni).</param>
    public static VariantComparison Of(VariantResult first, VariantResult second, int among = 1)
    {
        var (n1, n2) = ((double)first.Sent, (double)second.Sent);
        if (n1 == 0 || n2 == 0)
        {
            return new VariantComparison(Certainty.TooFew, 0, 1);
        }

        var pooled = (first.Replied + second.Replied) / (n1 + n2);
        var error = Math.Sqrt(pooled * (1 - pooled) * ((1 / n1) + (1 / n2)));
        var z = error > 0 ? ((first.Replied / n1) - (second.Replied / n2)) / error : 0;
        var p = Math.Min(1, Chance.TwoSided(z) * Math.Max(1, among));
        var least = Math.Min(n1, n2);
        return new VariantComparison(
            least < EnoughSent || least * Math.Min(pooled, 1 - pooled) < EnoughExpected ? Certainty.TooFew
                : p < 0.01 ? Certainty.Clear
                : p < 0.05 ? Certainty.Likely
                : Certainty.NoDifference,
            z,
            p
        );
    }
}

/// <summary>What is said of a campaign's variants: the one answered most against each of the others; the weakest of these comparisons counts.</summary>
/// <param name="Best">Null where there is one variant, or nothing can be said.</param>
/// <param name="Percent">How sure it is, 0 to 99; of "no difference" and "too few" nothing is said.</param>
public sealed record VariantVerdict(Certainty Certainty, string? Best = null, int? Percent = null)
{
    public static VariantVerdict Of(IReadOnlyCollection<VariantResult> results)
    {
        var ranked = results.Where(r => r.Sent > 0).OrderByDescending(r => (double)r.Replied / r.Sent).ToArray();
        if (ranked.Length < 2)
        {
            return new VariantVerdict(Certainty.TooFew);
        }

        var weakest = ranked
            .Skip(1)
            .Select(r => VariantComparison.Of(ranked[0], r, among: ranked.Length - 1))
            .MinBy(c => (c.Certainty, -c.P))!;
        return weakest.Certainty is Certainty.Likely or Certainty.Clear
            ? new VariantVerdict(weakest.Certainty, ranked[0].Key, Math.Min(99, (int)Math.Floor((1 - weakest.P) * 100)))
            : new VariantVerdict(weakest.Certainty);
    }
}
