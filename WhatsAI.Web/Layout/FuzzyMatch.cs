using System.Globalization;
using System.Text;

namespace WhatsAI.Web.Layout;

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
    public static int Score(string title, string text)
    {
        var (hay, needle) = (Fold(title), Fold(text));
        var (score, at, last) = (0, 0, -2);
        foreach (var letter in needle.Where(c => !char.IsWhiteSpace(c)))
        {
            at = hay.IndexOf(letter, at);
            if (at < 0)
            {
                return 0;
            }

            var begins = at == 0 || !char.IsLetterOrDigit(hay[at - 1]);
            score += 1 + (begins ? 4 : 0) + (at == last + 1 ? 3 : 0);
            last = at++;
        }

        return score == 0 ? 0 : (score * 10) + Math.Max(0, 9 - (hay.Length / 8));
    }

    private static string Fold(string text) =>
        string.Concat(
                text.Normalize(NormalizationForm.FormD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            )
            .ToLowerInvariant();
}
