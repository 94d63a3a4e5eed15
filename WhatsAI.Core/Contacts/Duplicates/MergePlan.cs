using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Fields;

namespace WhatsAI.Core.Contacts.Duplicates;

/// <summary>A contact as a merge looks at it.</summary>
/// <param name="Identities">Kind and value of each.</param>
public sealed record MergeSide(
    ContactId Contact,
    string? Name,
    string? Phone,
    IReadOnlyDictionary<string, FieldValue> Fields,
    IReadOnlySet<TagId> Tags,
    Consent Consent,
    IReadOnlyList<(IdentityKind Kind, string Value)> Identities,
    DateTimeOffset CreatedAt
);

/// <summary>
/// What a merge does, in full before it is done, and stored as it is: what undo needs is in it. The other contact's row stays as it was, led to the kept one by
/// <see cref="Contact.MergedInto"/>; its conversations, campaign rows and identities move, its own facts are not changed.
/// </summary>
/// <param name="Name">The name the kept one is given; null where it keeps its own.</param>
/// <param name="Phone">The phone it is given; null where it keeps its own.</param>
/// <param name="FieldsFilled">Values it had none of.</param>
/// <param name="FieldsLost">Keys where both had a value: the kept one's stays, the other's can be seen in its row.</param>
/// <param name="TagsAdded">Those it did not have.</param>
/// <param name="Identities">What moves.</param>
/// <param name="ConsentBefore">The kept one's.</param>
/// <param name="Consent">The stricter of both.</param>
public sealed record MergePlan(
    ContactId Kept,
    ContactId Other,
    string? Name,
    string? Phone,
    IReadOnlyDictionary<string, FieldValue> FieldsFilled,
    IReadOnlyList<string> FieldsLost,
    IReadOnlyList<TagId> TagsAdded,
    IReadOnlyList<(IdentityKind Kind, string Value)> Identities,
    Consent ConsentBefore,
    Consent Consent
)
{
    /// <summary>Which of two is kept where nobody chooses: the one with a name and a phone, else the older.</summary>
    public static (MergeSide Kept, MergeSide Other) Order(MergeSide a, MergeSide b)
    {
        var (known, other) = (Known(a), Known(b));
        return known > other || (known == other && a.CreatedAt <= b.CreatedAt) ? (a, b) : (b, a);
    }

    public static MergePlan Of(MergeSide kept, MergeSide other) =>
        new(
            kept.Contact,
            other.Contact,
            kept.Name is null ? other.Name : null,
            kept.Phone is null ? other.Phone : null,
            other.Fields.Where(f => !kept.Fields.ContainsKey(f.Key)).ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal),
            [
                .. other
                    .Fields.Where(f => kept.Fields.TryGetValue(f.Key, out var own) && own != f.Value)
                    .Select(f => f.Key)
                    .Order(StringComparer.Ordinal),
            ],
            [.. other.Tags.Where(t => !kept.Tags.Contains(t)).OrderBy(t => t.Value)],
            [.. other.Identities.Where(i => !kept.Identities.Contains(i))],
            kept.Consent,
            ConsentRules.Joined(kept.Consent, other.Consent)
        );

    private static int Known(MergeSide side) => (side.Name is null ? 0 : 1) + (side.Phone is null ? 0 : 2);
}
