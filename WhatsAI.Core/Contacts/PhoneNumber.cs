using System.Diagnostics.CodeAnalysis;

namespace WhatsAI.Core.Contacts;

/// <summary>
/// A phone number in E.164, always in its canonical form: a Brazilian mobile carries its ninth digit, however it was written,
/// so that two spellings of one number are equal.
/// </summary>
public sealed record PhoneNumber
{
    private const string Brazil = "55";

    // Anatel's area codes. Service numbers (0800, 4004) look like others and keep their digits as they are.
    private static readonly HashSet<string> AreaCodes =
    [
        .. (
            "11 12 13 14 15 16 17 18 19 21 22 24 27 28 31 32 33 34 35 37 38 41 42 43 44 45 46 47 48 49 51 53 54 55 61 62 63 64 65 66 67 "
            + "68 69 71 73 74 75 77 79 81 82 83 84 85 86 87 88 89 91 92 93 94 95 96 97 98 99"
        ).Split(' '),
    ];

    private PhoneNumber(string digits) => Digits = digits;

    /// <summary>Country code and number, digits only, without the plus: what a JID holds.</summary>
    public string Digits { get; }

    /// <summary>E.164, with the plus.</summary>
    public string Value => "+" + Digits;

    /// <summary>
    /// The digits under which WhatsApp may know this number: itself first, then a Brazilian mobile's form without the ninth digit.
    /// A mobile whose eight digits would start with 2 to 5 has no such form: that would be somebody's landline.
    /// </summary>
    public IReadOnlyList<string> Variants =>
        IsBrazilianMobile(Digits) && Digits[5] >= '6' ? [Digits, string.Concat(Digits.AsSpan(0, 4), Digits.AsSpan(5))] : [Digits];

    /// <summary>Reads what a person typed or a file holds; without a plus or 00 the number is taken as one of <paramref name="country"/>.</summary>
    /// <exception cref="FormatException">It is no phone number.</exception>
    public static PhoneNumber Parse(string text, string country = Brazil) =>
        TryParse(text, out var number, country) ? number : throw new FormatException("Not a phone number.");

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PhoneNumber? number, string country = Brazil)
    {
        number = null;
        if (text is null || text.Length > 40 || !Strip(text.Trim(), out var digits, out var international))
        {
            return false;
        }

        if (!international)
        {
            digits = digits.StartsWith('0') ? digits[1..] : digits;
            international = string.Equals(country, Brazil, StringComparison.Ordinal)
                ? !IsBrazilianNational(digits) && digits.Length >= 12
                : digits.StartsWith(country, StringComparison.Ordinal) && digits.Length >= 11;
            if (!international && string.Equals(country, Brazil, StringComparison.Ordinal) && !IsBrazilianNational(digits))
            {
                return false;
            }

            digits = international ? digits : country + digits;
        }

        return TryFromDigits(digits, out number);
    }

    /// <summary>Reads country code and number as WhatsApp writes them in a JID: ASCII digits only, 7 to 15 of them.</summary>
    public static bool TryFromDigits(ReadOnlySpan<char> digits, [NotNullWhen(true)] out PhoneNumber? number)
    {
        number = null;
        if (digits.Length is < 7 or > 15 || digits[0] == '0' || digits.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        number = new PhoneNumber(WithNinthDigit(digits.ToString()));
        return true;
    }

    /// <summary>For display: "+55 11 95550-0142"; other countries' numbers stay in E.164.</summary>
    public string Format() => IsBrazilian(Digits) ? $"+55 {Digits[2..4]} {Digits[4..^4]}-{Digits[^4..]}" : Value;

    /// <summary>For logs and for people who may not see the number: country, area and the last four digits.</summary>
    public string Masked() =>
        IsBrazilian(Digits)
            ? $"+55 {Digits[2..4]} {new string('*', Digits.Length - 8)}-{Digits[^4..]}"
            : $"+{Digits[..2]}{new string('*', Digits.Length - 6)}{Digits[^4..]}";

    /// <summary>E.164. Never for logs: see <see cref="Masked"/>.</summary>
    public override string ToString() => Value;

    private static bool Strip(string text, out string digits, out bool international)
    {
        international = text.StartsWith('+');
        digits = new string([.. text.Where(char.IsAsciiDigit)]);
        if (text.Skip(international ? 1 : 0).Any(c => !char.IsAsciiDigit(c) && !" -().\u00a0\u2010\u2011\u2013\u202f/".Contains(c)))
        {
            return false;
        }

        if (!international && digits.StartsWith("00", StringComparison.Ordinal))
        {
            (international, digits) = (true, digits[2..]);
        }

        return true;
    }

    private static bool IsBrazilianNational(string digits) =>
        digits.Length is 10 or 11 && AreaCodes.Contains(digits[..2]) && (digits.Length == 10 ? digits[2] >= '2' : digits[2] == '9');

    private static bool IsBrazilian(string digits) =>
        digits.Length is 12 or 13
        && digits.StartsWith(Brazil, StringComparison.Ordinal)
        && AreaCodes.Contains(digits[2..4])
        && (digits.Length == 12 || digits[4] == '9');

    private static bool IsBrazilianMobile(string digits) => digits.Length == 13 && IsBrazilian(digits);

    // Since 2016 every Brazilian mobile has nine digits; WhatsApp still knows older accounts by eight, which began with 6 to 9.
    private static string WithNinthDigit(string digits) =>
        digits.Length == 12 && IsBrazilian(digits) && digits[4] >= '6' ? digits.Insert(4, "9") : digits;
}
