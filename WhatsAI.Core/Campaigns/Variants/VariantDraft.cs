using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Campaigns.Variants;

/// <summary>A wording as somebody leaves it in the editor.</summary>
/// <param name="IsProposed">An AI provider wrote it.</param>
/// <param name="IsApproved">A person says that it may be sent; of one that nobody proposed it is not asked.</param>
public sealed record VariantDraft(string Key, string Text, int Weight = 1, bool IsProposed = false, bool IsApproved = false)
{
    /// <summary>
    /// The wordings to keep. What was proposed stays so while its words stay, and who approved those words first remains the one who did; words that were changed
    /// since are approved by whoever saves them.
    /// </summary>
    /// <param name="before">As they were kept until now.</param>
    /// <param name="by">Who saves them.</param>
    public static IReadOnlyList<Variant> Settle(VariantSet before, IEnumerable<VariantDraft> drafts, UserId by) =>
        [
            .. drafts.Select(draft =>
            {
                var kept = before.Variants.FirstOrDefault(v => v.IsProposed && v.Text == draft.Text);
                var proposed = draft.IsProposed || kept is not null;
                UserId? approver = proposed && draft.IsApproved ? kept?.ApprovedBy ?? by : null;
                return new Variant(draft.Key, draft.Text, draft.Weight, proposed, approver);
            }),
        ];
}
