namespace WhatsAI.Core.Contacts.Import;

/// <summary>A file's cell as a phone number: what spreadsheets and people do to numbers is undone where that is safe.</summary>
public abstract record ImportPhone
{
    private static readonly string[] _between = ["/", ";", ",", "|", "\n", " ou ", " or ", " e "];

    private ImportPhone() { }

    /// <param name="Number">The first one that is a number.</param>
    /// <param name="OfSeveral">There were more in the cell.</param>
    public sealed record Found(PhoneNumber Number, bool OfSeveral = false) : ImportPhone;

    /// <param name="Key">A resource key below "import.".</param>
    public sealed record Bad(string Key) : ImportPhone;

    /// <param name="areaCode">Of a column of its own; empty for none. Used only where the number alone is none.</param>
    /// <param name="country">Calling code for numbers without one.</param>
    public static ImportPhone Read(string cell, string areaCode, string country)
    {
        var text = cell.Trim().TrimStart('\'').Trim();
        if (text.Length == 0)
        {
            return new Bad("import.phone-missing");
        }

        // A spreadsheet that took the number for a quantity has rounded it: the digits are gone.
        if (text.Contains("E+", StringComparison.OrdinalIgnoreCase))
        {
            return new Bad("import.phone-rounded");
        }

        text = text.EndsWith(".0", StringComparison.Ordinal) ? text[..^2] : text;
        if (One(text, areaCode, country) is { } number)
        {
            return new Found(number);
        }

        // More than a handful in one cell is no list of phones.
        var found = text.Length > 200 ? [] : text.Split(_between, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return found.Length > 1 && found.Select(p => One(p, areaCode, country)).FirstOrDefault(n => n is not null) is { } first
            ? new Found(first, OfSeveral: true)
            : new Bad("import.phone-invalid");
    }

    private static PhoneNumber? One(string text, string areaCode, string country) =>
        PhoneNumber.TryParse(text, out var number, country) ? number
        : areaCode.Length > 0 && PhoneNumber.TryParse(areaCode.Trim().TrimStart('0') + text, out number, country) ? number
        : null;
}
