using System.Globalization;
using WhatsAI.Core.Common;

namespace WhatsAI.Core.Contacts.Fields;

/// <summary>Reads values as people write them, in Portuguese and in English; what is doubtful is refused rather than guessed.</summary>
public static class FieldInput
{
    public const int MaxText = 500;
    public const decimal MostNumber = 999_999_999_999m;

    // What no person typed need not be looked at.
    private const int MaxInput = 10_000;

    private static readonly HashSet<string> _yes = ["sim", "s", "yes", "y", "true", "verdadeiro", "1", "x"];
    private static readonly HashSet<string> _no = ["nao", "n", "no", "false", "falso", "0"];

    /// <param name="field">Whose value it is to be.</param>
    /// <param name="text">As typed.</param>
    /// <param name="culture">Says which of comma and point divides decimals, and whether the day or the month comes first, where the text leaves it open.</param>
    public static FieldReading Read(ContactField field, string text, CultureInfo culture)
    {
        if (text.Length > MaxInput)
        {
            return new FieldReading.Bad("field-bad.too-long");
        }

        var plain = OneLine.Clean(text);
        return plain.Length == 0 ? new FieldReading.Empty()
            : ValueOf(field, plain, culture) is { } value ? new FieldReading.Read(value)
            : new FieldReading.Bad(field.Kind == FieldKind.Text ? "field-bad.too-long" : $"field-bad.{Word(field.Kind)}");
    }

    private static string Word(FieldKind kind) =>
        kind switch
        {
            FieldKind.Number => "number",
            FieldKind.Date => "date",
            FieldKind.Choice => "choice",
            _ => "yes-no",
        };

    private static FieldValue? ValueOf(ContactField field, string text, CultureInfo culture) =>
        field.Kind switch
        {
            FieldKind.Text => text.Length <= MaxText ? new FieldValue.Text(text) : null,
            FieldKind.Number => TryNumber(text, culture, out var number) ? new FieldValue.Number(number) : null,
            FieldKind.Date => TryDate(text, culture, out var day) ? new FieldValue.Date(day) : null,
            FieldKind.Choice => field.Options.FirstOrDefault(o => OneLine.Fold(o) == OneLine.Fold(text)) is { } option
                ? new FieldValue.Choice(option)
                : null,
            FieldKind.YesNo => YesNo(text) is { } yes ? new FieldValue.YesNo(yes) : null,
            _ => null,
        };

    /// <summary>"Sim", "yes", "x", "1" and the like; null where it is neither.</summary>
    internal static bool? YesNo(string text) =>
        text.Length > 20 ? null
        : _yes.Contains(OneLine.Fold(text)) ? true
        : _no.Contains(OneLine.Fold(text)) ? false
        : null;

    /// <summary>"1.234,56", "1,234.56", "R$ 1.234", "-3": of two kinds of marks the last divides decimals, and one that comes more than once divides thousands.</summary>
    internal static bool TryNumber(string text, CultureInfo culture, out decimal number)
    {
        number = 0;
        var bare = text.Replace("R$", "", StringComparison.OrdinalIgnoreCase)
            .Replace("$", "", StringComparison.Ordinal)
            .Replace(" ", "", StringComparison.Ordinal);
        var (comma, point) = (bare.LastIndexOf(','), bare.LastIndexOf('.'));
        var own = culture.NumberFormat.NumberDecimalSeparator == "," ? ',' : '.';
        var only = comma >= 0 ? ',' : '.';
        var divider =
            comma >= 0 && point >= 0 ? (comma > point ? ',' : '.')
            : bare.Count(c => c == only) > 1 ? (only == ',' ? '.' : ',')
            : only == own || !IsGrouped(bare, only) ? only
            : own;
        var group = divider == ',' ? '.' : ',';
        if (bare.Contains(group, StringComparison.Ordinal) && !IsGrouped(bare.Split(divider)[0], group))
        {
            return false;
        }

        var written = bare.Replace(group.ToString(), "", StringComparison.Ordinal).Replace(divider, '.');
        return decimal.TryParse(
                written,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out number
            )
            && Math.Abs(number) <= MostNumber
            && decimal.Round(number, 6) == number;
    }

    // Groups of three after the first one.
    private static bool IsGrouped(string text, char mark)
    {
        var groups = text.TrimStart('-', '+').Split(mark);
        return groups.Length > 1 && groups[0].Length is >= 1 and <= 3 && groups.Skip(1).All(g => g.Length == 3 && g.All(char.IsAsciiDigit));
    }

    /// <summary>"2026-11-21", "21/11/2026", "21.11.26", "11/21/2026"; which comes first is the culture's word only where both would do.</summary>
    internal static bool TryDate(string text, CultureInfo culture, out DateOnly day)
    {
        day = default;
        var date = text.Split(['T', ' '], 2)[0];
        var parts = date.Split('/', '-', '.');
        if (parts.Length != 3 || parts.Any(p => p.Length is 0 or > 4 || !p.All(char.IsAsciiDigit)))
        {
            return false;
        }

        var n = parts.Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        if (parts[0].Length == 4)
        {
            return TryDay(n[0], n[1], n[2], out day);
        }

        if (parts[2].Length is not (2 or 4))
        {
            return false;
        }

        // Two digits reach from 1950 to 2049, as .NET and spreadsheets take them.
        var year = parts[2].Length == 4 ? n[2] : n[2] + (n[2] < 50 ? 2000 : 1900);
        var own = culture.DateTimeFormat.ShortDatePattern.StartsWith('M');
        var monthFirst = n[0] <= 12 && (own || n[1] > 12);
        return monthFirst ? TryDay(year, n[0], n[1], out day) : TryDay(year, n[1], n[0], out day);
    }

    private static bool TryDay(int year, int month, int day, out DateOnly date)
    {
        var there = year is >= 1900 and <= 2200 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
        date = there ? new DateOnly(year, month, day) : default;
        return there;
    }
}
