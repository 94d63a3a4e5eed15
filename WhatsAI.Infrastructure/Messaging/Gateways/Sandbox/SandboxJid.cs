using System.Globalization;
using System.Text.RegularExpressions;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>Addresses as Evolution's <c>createJid</c> makes them, its Brazilian, Mexican and Argentinian rewriting included.</summary>
internal static partial class SandboxJid
{
    public static string Of(string number)
    {
        if (number.Contains("@g.us") || number.Contains("@s.whatsapp.net") || number.Contains("@lid") || number.Contains("@broadcast"))
        {
            return number;
        }

        var bare = number.Split(':')[0].Split('@')[0];
        if (bare.Contains('-') && bare.Length >= 24)
        {
            return NotDigitOrDash().Replace(bare, "") + "@g.us";
        }

        var digits = NotDigit().Replace(bare, "");
        return digits.Length >= 18 ? digits + "@g.us" : Brazil(MexicoOrArgentina(digits)) + "@s.whatsapp.net";
    }

    public static bool IsPerson(string jid) => jid.EndsWith("@s.whatsapp.net", StringComparison.Ordinal);

    public static bool IsLid(string jid) => jid.EndsWith("@lid", StringComparison.Ordinal);

    public static bool IsGroup(string jid) => jid.EndsWith("@g.us", StringComparison.Ordinal);

    public static string User(string jid) => jid.Split('@')[0];

    /// <summary>The hidden id of a phone number: always the same one for the same number.</summary>
    public static string LidOf(string jid)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in User(jid))
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return (100_000_000_000_000UL + (hash % 899_999_999_999_999UL)).ToString(CultureInfo.InvariantCulture) + "@lid";
    }

    private static string MexicoOrArgentina(string digits) =>
        digits.Length == 13 && (digits.StartsWith("52", StringComparison.Ordinal) || digits.StartsWith("54", StringComparison.Ordinal))
            ? digits[..2] + digits[3..]
            : digits;

    /// <summary>55, two digits of area, the ninth digit, eight more: from area 31 on the ninth is not part of the address.</summary>
    private static string Brazil(string digits)
    {
        if (digits.Length != 13 || !digits.StartsWith("55", StringComparison.Ordinal))
        {
            return digits;
        }

        var keepsNinth = digits[5] < '7' || int.Parse(digits.AsSpan(2, 2), CultureInfo.InvariantCulture) < 31;
        return keepsNinth ? digits : digits[..4] + digits[5..];
    }

    [GeneratedRegex("[^0-9]", RegexOptions.None, 1000)]
    private static partial Regex NotDigit();

    [GeneratedRegex("[^0-9-]", RegexOptions.None, 1000)]
    private static partial Regex NotDigitOrDash();
}
