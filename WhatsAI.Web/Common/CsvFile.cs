using System.Globalization;
using CsvHelper;

namespace WhatsAI.Web.Common;

/// <summary>
/// A table as spreadsheets of the reader's language open it with a double click: where a comma divides decimals (pt-BR), semicolons divide columns; a byte
/// order mark says that it is UTF-8. A text that a spreadsheet would take for a formula is given an apostrophe.
/// </summary>
public static class CsvFile
{
    /// <param name="rows">The first are the titles. Numbers are written in the culture's digits, nothing as nothing.</param>
    /// <param name="culture">The reader's.</param>
    public static byte[] Write(IEnumerable<IReadOnlyList<object?>> rows, CultureInfo culture) => Page(rows, culture, isFirst: true);

    /// <summary>A part of a table that is sent as it is read; only the first begins with the mark.</summary>
    public static byte[] Page(IEnumerable<IReadOnlyList<object?>> rows, CultureInfo culture, bool isFirst)
    {
        var options = new CsvWriterOptions
        {
            Separator = culture.NumberFormat.NumberDecimalSeparator == "," ? ';' : ',',
            Injection = CsvInjection.Escape,
            FormatProvider = culture,
            WriteByteOrderMark = isFirst,
        };
        using var file = new MemoryStream();
        using (var csv = CsvWriter.Create(file, options, leaveOpen: true))
        {
            foreach (var row in rows)
            {
                foreach (var value in row)
                {
                    Write(csv, value);
                }

                csv.EndRecord();
            }
        }

        return file.ToArray();
    }

    private static void Write(CsvWriter csv, object? value)
    {
        switch (value)
        {
            case double number:
                csv.WriteField(number, "0.##");
                break;
            // Spaces before it keep no spreadsheet from calculating.
            case string text:
                csv.WriteField(text.TrimStart());
                break;
            default:
                csv.WriteField(value);
                break;
        }
    }
}
