using System.Globalization;
using System.Text;

namespace WhatsAI.Core.Common;

/// <summary>A text as it is compared when people look for words: small letters, no accents, nothing that cannot be seen; and where each letter came from.</summary>
/// <param name="Text">Letters of other alphabets stay; bold and wide forms become plain ones.</param>
/// <param name="Origins">For each UTF-16 unit of <paramref name="Text"/> the position in the original.</param>
public sealed record FoldedText(string Text, IReadOnlyList<int> Origins)
{
    public static FoldedText Of(string text)
    {
        var folded = new StringBuilder(text.Length);
        var origins = new List<int>(text.Length);
        var at = 0;
        // A lone surrogate comes as the replacement character, which is no letter.
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii)
            {
                folded.Append(char.ToLowerInvariant((char)rune.Value));
                origins.Add(at);
            }
            else
            {
                foreach (var letter in rune.ToString().Normalize(NormalizationForm.FormKD))
                {
                    if (char.GetUnicodeCategory(letter) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.Format))
                    {
                        folded.Append(Plain(char.ToLowerInvariant(letter)));
                        origins.Add(at);
                    }
                }
            }

            at += rune.Utf16SequenceLength;
        }

        return new FoldedText(folded.ToString(), origins);
    }

    /// <summary>Where a part of <see cref="Text"/> stands in the original, which is that long.</summary>
    public Range OriginOf(int start, int end, int length)
    {
        var from = Origins[start];
        var last = Origins[end - 1];
        var next = end;
        while (next < Origins.Count && Origins[next] == last)
        {
            next++;
        }

        return from..(next < Origins.Count ? Origins[next] : length);
    }

    // Letters that Unicode takes for letters of their own.
    private static char Plain(char letter) =>
        letter switch
        {
            'ø' => 'o',
            'ł' => 'l',
            'đ' => 'd',
            'ı' => 'i',
            _ => letter,
        };
}
