using System.Globalization;
using System.Text;

namespace WhatsAI.Web.Layout;

/// <summary>How well something matches, and by which of its letters.</summary>
/// <param name="Score">Zero when a letter is missing; higher is better.</param>
/// <param name="At">UTF-16 positions of the letters found, in order.</param>
public readonly record struct FuzzyHit(int Score, IReadOnlyList<int> At);

/// <summary>Finds "Números" for "num" and "nmr": all letters in order, case and accents folded; word beginnings and runs weigh more.</summary>
public static class FuzzyMatch
{
    /// <summary>The commands whose title matches, best first; all, as they came, for an empty text.</summary>
    public static IReadOnlyList<Command> Best(IEnumerable<Command> commands, string text) =>
        text.Length == 0
            ? [.. commands]
            :
            [
                .. commands
                    .Select(c => (Command: c, Score: Score(c.Title, text)))
                    .Where(c => c.Score > 0)
                    .OrderByDescending(c => c.Score)
                    .Select(c => c.Command),
            ];

    /// <summary>Zero when a letter of the text is missing; higher is better.</summary>
    public static int Score(string title, string text) => Find(title, text).Score;

    /// <summary>The letters in a row where that weighs more, else each where it comes first.</summary>
    public static FuzzyHit Find(string title, string text)
    {
        var (hay, origins) = Fold(title);
        var needle = string.Concat(Fold(text).Text.Where(c => !char.IsWhiteSpace(c)));
        var best = Letters(hay, needle);
        var score = Weigh(hay, best);
        for (var at = Next(0); at >= 0; at = Next(at + 1))
        {
            var run = Enumerable.Range(at, needle.Length).ToArray();
            if (Weigh(hay, run) is var weight && weight > score)
            {
                (best, score) = (run, weight);
            }
        }

        return new FuzzyHit(score, [.. best.Select(i => origins[i]).Distinct()]);

        int Next(int from) => needle.Length == 0 || score == 0 ? -1 : hay.IndexOf(needle, from, StringComparison.Ordinal);
    }

    /// <summary>Where a long text has these words just so, case and accents folded; at the beginning of a word if it has them there. Null: nowhere.</summary>
    public static Range? Phrase(string text, string words)
    {
        var (hay, origins) = Fold(text);
        var needle = Fold(words).Text;
        var found = -1;
        for (var at = needle.Length == 0 ? -1 : Next(0); at >= 0; at = Next(at + 1))
        {
            found = found < 0 || Begins(hay, at) ? at : found;
            if (Begins(hay, found))
            {
                break;
            }
        }

        return found < 0 ? null : origins[found]..(found + needle.Length < origins.Length ? origins[found + needle.Length] : text.Length);

        int Next(int from) => from > hay.Length ? -1 : hay.IndexOf(needle, from, StringComparison.Ordinal);
    }

    private static int[] Letters(string hay, string needle)
    {
        var (found, at) = (new int[needle.Length], 0);
        for (var i = 0; i < needle.Length; i++)
        {
            at = hay.IndexOf(needle[i], at);
            if (at < 0)
            {
                return [];
            }

            found[i] = at++;
        }

        return found;
    }

    private static int Weigh(string hay, int[] letters)
    {
        var (score, last) = (0, -2);
        foreach (var at in letters)
        {
            score += 1 + (Begins(hay, at) ? 4 : 0) + (at == last + 1 ? 3 : 0);
            last = at;
        }

        return score == 0 ? 0 : (score * 10) + Math.Max(0, 9 - (hay.Length / 8));
    }

    private static bool Begins(string hay, int at) => at == 0 || !char.IsLetterOrDigit(hay[at - 1]);

    // With where each letter came from: folding drops accents.
    private static (string Text, int[] Origins) Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        var origins = new List<int>(text.Length);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii)
            {
                folded.Append(char.ToLowerInvariant((char)rune.Value));
                origins.Add(at);
            }
            else
            {
                foreach (var letter in rune.ToString().Normalize(NormalizationForm.FormD))
                {
                    if (CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark)
                    {
                        folded.Append(char.ToLowerInvariant(letter));
                        origins.Add(at);
                    }
                }
            }

            at += rune.Utf16SequenceLength;
        }

        return (folded.ToString(), [.. origins]);
    }
}
