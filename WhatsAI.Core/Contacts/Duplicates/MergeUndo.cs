using WhatsAI.Core.Contacts.Consents;

namespace WhatsAI.Core.Contacts.Duplicates;

/// <summary>
/// What takes a merge back. Only what the merge gave goes, and only where nobody changed it since; what was written to the kept contact afterwards stays there,
/// except through the identities that go back. An opt-out since then is the person's word, so it holds for both.
/// </summary>
/// <param name="ClearName">The name that came with the merge goes.</param>
/// <param name="ClearPhone">The phone that came with it goes.</param>
/// <param name="FieldsCleared">Keys.</param>
/// <param name="Identities">What goes back to the other one.</param>
/// <param name="KeptConsent">What the kept one has afterwards.</param>
/// <param name="OtherOptsOut">The other one, whose row still has what it had, opts out too.</param>
public sealed record MergeUndo(
    bool ClearName,
    bool ClearPhone,
    IReadOnlyList<string> FieldsCleared,
    IReadOnlyList<TagId> TagsRemoved,
    IReadOnlyList<(IdentityKind Kind, string Value)> Identities,
    Consent KeptConsent,
    bool OtherOptsOut
)
{
    /// <param name="merge">As it was done.</param>
    /// <param name="now">The kept contact as it is now.</param>
    public static MergeUndo Of(MergePlan merge, MergeSide now)
    {
        var unchanged = now.Consent == merge.Consent;
        return new MergeUndo(
            merge.Name is not null && now.Name == merge.Name,
            merge.Phone is not null && now.Phone == merge.Phone,
            [
                .. merge
                    .FieldsFilled.Where(f => now.Fields.TryGetValue(f.Key, out var value) && value == f.Value)
                    .Select(f => f.Key)
                    .Order(StringComparer.Ordinal),
            ],
            [.. merge.TagsAdded.Where(now.Tags.Contains)],
            [.. merge.Identities.Where(now.Identities.Contains)],
            unchanged ? merge.ConsentBefore : now.Consent,
            !unchanged && now.Consent.State == ConsentState.OptedOut
        );
    }
}
