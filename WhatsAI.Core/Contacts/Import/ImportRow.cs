using System.Globalization;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Contacts.Fields;

namespace WhatsAI.Core.Contacts.Import;

/// <summary>What holds for all rows of an import.</summary>
/// <param name="Country">Calling code for numbers without one.</param>
/// <param name="Culture">The file's: how numbers and dates are read where they leave it open.</param>
/// <param name="OptInBasis">On what ground those who agreed may be written to; null where the file says nothing of consent.</param>
public sealed record ImportSettings(
    string Country,
    CultureInfo Culture,
    IReadOnlyDictionary<string, ContactField> Fields,
    LegalBasis? OptInBasis = null
);

/// <summary>Where what a card says beside name, phones and categories goes: keys of fields; null for nowhere.</summary>
public sealed record CardFields(string? Email = null, string? Organization = null, string? Birthday = null);

/// <summary>A contact as a row of a file tells of it.</summary>
/// <param name="OptIn">Null where the file does not say.</param>
/// <param name="Notes">What of the row was left out and why: resource keys below "import." or "field-bad.", each with the column's place.</param>
public sealed record ImportContact(
    PhoneNumber Phone,
    string? Name,
    IReadOnlyList<string> Tags,
    IReadOnlyDictionary<string, FieldValue> Fields,
    bool? OptIn,
    IReadOnlyList<ImportNote> Notes
);

/// <param name="Column">From 0.</param>
public sealed record ImportNote(int Column, string Key);

/// <summary>What a row comes to by itself.</summary>
public abstract record ImportRow
{
    private ImportRow() { }

    public sealed record Ready(ImportContact Contact) : ImportRow;

    /// <param name="Key">A resource key below "import.".</param>
    public sealed record Invalid(string Key) : ImportRow;
}
