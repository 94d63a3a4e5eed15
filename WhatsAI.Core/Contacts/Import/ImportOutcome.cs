using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Fields;

namespace WhatsAI.Core.Contacts.Import;

/// <summary>Whether what a file says wins over what is on record. What a contact has none of is filled in either way.</summary>
public enum ImportConflict
{
    KeepOurs,
    TakeTheFiles,
}

/// <summary>A contact as it is on record when its row's turn comes.</summary>
/// <param name="Tags">Their folded names.</param>
public sealed record ImportedOver(
    ContactId Contact,
    string? Name,
    IReadOnlyDictionary<string, FieldValue> Fields,
    IReadOnlySet<string> Tags,
    ConsentState Consent
);

/// <summary>What became of a row; stored with it, and what the downloadable report says.</summary>
public abstract record ImportOutcome
{
    private ImportOutcome() { }

    public sealed record Created(ImportContact Contact) : ImportOutcome;

    /// <param name="Name">The new name; null: it stays.</param>
    /// <param name="Fields">The values that change.</param>
    /// <param name="Tags">Those to be added. A file takes no tag away.</param>
    public sealed record Updated(
        ContactId Contact,
        string? Name,
        IReadOnlyDictionary<string, FieldValue> Fields,
        IReadOnlyList<string> Tags,
        bool? OptIn,
        IReadOnlyList<ImportNote> Notes
    ) : ImportOutcome
    {
        /// <summary>Nothing in the row was news.</summary>
        public bool IsUnchanged => Name is null && Fields.Count == 0 && Tags.Count == 0 && OptIn is null;
    }

    /// <summary>The same person stands in an earlier line of the file; that one counts.</summary>
    public sealed record Duplicate(long OfLine) : ImportOutcome;

    /// <param name="Key">A resource key below "import.".</param>
    public sealed record Invalid(string Key) : ImportOutcome;

    /// <param name="row">What the row comes to.</param>
    /// <param name="earlier">The line that had the same number before; null for none.</param>
    /// <param name="onRecord">The contact with this number; null for none.</param>
    public static ImportOutcome Decide(ImportRow row, long? earlier, ImportedOver? onRecord, ImportConflict conflict) =>
        row switch
        {
            ImportRow.Invalid invalid => new Invalid(invalid.Key),
            ImportRow.Ready when earlier is { } line => new Duplicate(line),
            ImportRow.Ready ready when onRecord is null => new Created(ready.Contact),
            ImportRow.Ready ready => Update(ready.Contact, onRecord, conflict),
            _ => throw new ArgumentOutOfRangeException(nameof(row)),
        };

    private static Updated Update(ImportContact file, ImportedOver ours, ImportConflict conflict)
    {
        var takes = conflict == ImportConflict.TakeTheFiles;
        return new Updated(
            ours.Contact,
            file.Name is not null && file.Name != ours.Name && (takes || ours.Name is null) ? file.Name : null,
            file.Fields.Where(f => !ours.Fields.TryGetValue(f.Key, out var own) || (takes && own != f.Value))
                .ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal),
            [.. file.Tags.Where(t => !ours.Tags.Contains(Tag.Fold(t)))],
            // An opt-out is never taken back by a file (ConsentRules), so it is no change either.
            file.OptIn switch
            {
                true when ours.Consent == ConsentState.Unknown => true,
                false when ours.Consent != ConsentState.OptedOut => false,
                _ => null,
            },
            file.Notes
        );
    }
}

/// <summary>The numbers a file had so far and on which line: eight bytes each, so 200 000 of them are nothing.</summary>
public sealed class SeenNumbers
{
    private readonly Dictionary<long, int> _lines = [];

    /// <summary>The line that had the number before; null where this is the first.</summary>
    public long? Before(PhoneNumber number, long line)
    {
        // E.164 has at most 15 digits.
        var digits = long.Parse(number.Digits, System.Globalization.CultureInfo.InvariantCulture);
        return _lines.TryAdd(digits, (int)Math.Min(line, int.MaxValue)) ? null : _lines[digits];
    }
}
