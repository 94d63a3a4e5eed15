namespace WhatsAI.Core.Contacts.Import;

/// <summary>Why a row could not be read. A resource key below "import." (<see cref="CsvRow.Key"/>).</summary>
public enum CsvTrouble
{
    None,

    /// <summary>A line is longer than <see cref="ImportLines.MaxLine"/>.</summary>
    LineTooLong,

    /// <summary>A quote begins and nothing ends it.</summary>
    QuoteNeverEnds,

    /// <summary>More than <see cref="CsvRows.MaxCells"/>.</summary>
    TooManyCells,
}

/// <summary>A row of a file. Formulas are text like any other.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Cells">Empty where it could not be read.</param>
public sealed record CsvRow(long Line, IReadOnlyList<string> Cells, CsvTrouble Trouble = CsvTrouble.None)
{
    public string? Key =>
        Trouble switch
        {
            CsvTrouble.None => null,
            CsvTrouble.LineTooLong => "import.line-too-long",
            CsvTrouble.QuoteNeverEnds => "import.quote-never-ends",
            _ => "import.too-many-cells",
        };
}
