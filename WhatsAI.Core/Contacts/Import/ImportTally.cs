namespace WhatsAI.Core.Contacts.Import;

/// <summary>How an import stands, for its progress and its report. The figures add up: every row is one of the four.</summary>
/// <param name="Created">New contacts.</param>
/// <param name="Updated">Contacts that were there, whether the row had news or not.</param>
/// <param name="Duplicates">Rows whose person stands in an earlier one.</param>
/// <param name="Noted">Of those created or updated, rows of which something was left out.</param>
/// <param name="Invalid">By reason.</param>
public sealed record ImportTally(int Created, int Updated, int Duplicates, int Noted, IReadOnlyDictionary<string, int> Invalid)
{
    public static ImportTally Empty { get; } = new(0, 0, 0, 0, new Dictionary<string, int>());

    public int Rows => Created + Updated + Duplicates + Invalid.Values.Sum();

    /// <summary>With a batch of outcomes more.</summary>
    public ImportTally With(IReadOnlyCollection<ImportOutcome> outcomes)
    {
        var invalid = Invalid.ToDictionary(StringComparer.Ordinal);
        foreach (var bad in outcomes.OfType<ImportOutcome.Invalid>())
        {
            invalid[bad.Key] = invalid.GetValueOrDefault(bad.Key) + 1;
        }

        return new ImportTally(
            Created + outcomes.Count(o => o is ImportOutcome.Created),
            Updated + outcomes.Count(o => o is ImportOutcome.Updated),
            Duplicates + outcomes.Count(o => o is ImportOutcome.Duplicate),
            Noted
                + outcomes.Count(o =>
                    o is ImportOutcome.Created { Contact.Notes.Count: > 0 } or ImportOutcome.Updated { Notes.Count: > 0 }
                ),
            invalid
        );
    }
}
