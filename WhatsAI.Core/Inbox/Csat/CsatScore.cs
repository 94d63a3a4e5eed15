using System.Globalization;
using System.Text;
using WhatsAI.Core.Common;

namespace WhatsAI.Core.Inbox.Csat;

/// <summary>A score as customers write it, in both languages.</summary>
public static class CsatScore
{
    public const int Lowest = 1;
    public const int Highest = 5;

    /// <summary>A message that is longer says more than a score.</summary>
    private const int Longest = 30;

    private static readonly string[][] _words =
    [
        ["um", "uma", "one"],
        ["dois", "duas", "two"],
        ["tres", "three"],
        ["quatro", "four"],
        ["cinco", "five"],
    ];

    // Around the score they change nothing: "nota 5", "dou 4 estrelas", "5 de 5", "4 out of 5".
    private static readonly string[] _before =
    [
        "nota",
        "dou",
        "score",
        "rating",
        "minha nota",
        "nota e",
        "my score is",
        "i give",
        "a nota e",
        "eu dou",
    ];
    private static readonly string[] _after =
    [
        "estrela",
        "estrelas",
        "star",
        "stars",
        "de 5",
        "de cinco",
        "/5",
        "out of 5",
        "out of five",
        "pontos",
        "points",
    ];

    /// <summary>1 to 5; null where the message is anything but a score: "5 minutos" is none, nor is "10".</summary>
    public static int? Parse(string text)
    {
        if (text.Length > Longest)
        {
            return null;
        }

        if (Stars(text) is { } stars)
        {
            return stars;
        }

        var plain = Plain(text);
        foreach (var word in _before.OrderByDescending(w => w.Length))
        {
            if (plain.StartsWith(word + " ", StringComparison.Ordinal))
            {
                plain = plain[(word.Length + 1)..];
                break;
            }
        }

        foreach (var word in _after.OrderByDescending(w => w.Length))
        {
            if (
                plain.EndsWith(word, StringComparison.Ordinal)
                && plain.Length > word.Length
                && (word[0] == '/' || plain[^(word.Length + 1)] == ' ')
            )
            {
                plain = plain[..^word.Length].TrimEnd();
                break;
            }
        }

        return plain.Length == 1 && plain[0] is >= '1' and <= '5' ? plain[0] - '0'
            : Array.FindIndex(_words, w => w.Contains(plain, StringComparer.Ordinal)) is var at and >= 0 ? at + 1
            : null;
    }

    // One to five stars of any kind and nothing else.
    private static int? Stars(string text)
    {
        var stars = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is 0x2B50 or 0x1F31F or 0x2605)
            {
                stars++;
            }
            else if (!Rune.IsWhiteSpace(rune) && rune.Value != 0xFE0F)
            {
                return null;
            }
        }

        return stars is >= Lowest and <= Highest ? stars : null;
    }

    // Without accents, case and the marks that people put around a score; the keycap 5️⃣ is a five.
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || rune.Value is '!' or '.' or ',' or ':' or '*' or '_' or '"' or '\'' or '(' or ')' or '-')
            {
                plain.Append(plain.Length > 0 && plain[^1] != ' ' ? " " : "");
            }
            else if (
                Rune.GetUnicodeCategory(rune)
                is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
            )
            {
                plain.Append(Rune.ToLowerInvariant(rune).ToString());
            }
        }

        return plain.ToString().Trim();
    }
}
