using System.Text;
using WhatsAI.Core.Common;
using WhatsAI.Core.Contacts;

namespace WhatsAI.Core.Inbox.Search;

/// <summary>What somebody looks for, as typed, read for the index and for marking what was found.</summary>
/// <param name="Text">Trimmed, at most <see cref="Longest"/> characters, without what a database cannot keep.</param>
/// <param name="OpenEnd">The last word may go on: no space was typed after it.</param>
public sealed record SearchWords(string Text, bool OpenEnd)
{
    public const int Longest = 100;
    public const int MostWords = 8;

    /// <summary>Letters from which the last word of a message may go on. Fewer begin too many words to be of use.</summary>
    public const int OpenFrom = 3;

    private const int FewestDigits = 3;

    public static SearchWords Read(string? typed)
    {
        var clean = new StringBuilder();
        foreach (var rune in (typed ?? "").EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > Longest)
            {
                break;
            }

            clean.Append(Rune.IsControl(rune) || rune == Rune.ReplacementChar ? " " : rune.ToString());
        }

        var text = clean.ToString();
        return new SearchWords(text.Trim(), text.Length > 0 && !char.IsWhiteSpace(text[^1]));
    }

    public bool IsEmpty => Text.Length == 0;

    /// <summary>One letter finds everything.</summary>
    public bool IsTooShort => Words.Sum(w => w.Length) < 2;

    /// <summary>Folded, in order.</summary>
    public IReadOnlyList<string> Words => [.. WordsOf(FoldedText.Of(Text).Text).Select(w => w.Word).Take(MostWords)];

    /// <summary>
    /// Digits to look for in phone numbers, where the whole text may be (a part of) one in whatever writing; also as the number is kept, with country
    /// code and Brazil's ninth digit. Empty where it is none.
    /// </summary>
    public IReadOnlyList<string> Digits
    {
        get
        {
            var digits = new string([.. Text.Where(char.IsAsciiDigit)]);
            if (
                digits.Length < FewestDigits
                || digits.Length > 15
                || !Text.All(c => char.IsAsciiDigit(c) || " -().+/\u00a0\u2010\u2011\u2013".Contains(c))
            )
            {
                return [];
            }

            var bare = digits.TrimStart('0');
            return
            [
                .. new[]
                {
                    digits,
                    bare.Length >= FewestDigits ? bare : digits,
                    PhoneNumber.TryParse(Text, out var number) ? number.Digits : digits,
                }.Distinct(),
            ];
        }
    }

    /// <summary>The words of a folded text and where they begin.</summary>
    internal static IEnumerable<(int At, string Word)> WordsOf(string folded)
    {
        for (var at = 0; at < folded.Length; at++)
        {
            var end = at;
            while (end < folded.Length && IsOfWord(folded, end))
            {
                end++;
            }

            if (end > at)
            {
                yield return (at, folded[at..end]);
                at = end;
            }
        }
    }

    private static bool IsOfWord(string text, int at) =>
        char.IsLetterOrDigit(text, char.IsLowSurrogate(text[at]) && at > 0 && char.IsHighSurrogate(text[at - 1]) ? at - 1 : at);
}
