using System.Globalization;
using System.Text;

namespace WhatsAI.Core.Contacts;

/// <summary>Whether somebody asks not to be written to any more: the whole message is one of the words, case and accents folded.</summary>
public static class OptOut
{
    /// <summary>"Sair!" is one, "quero cancelar meu pedido" is none.</summary>
    public static bool IsAskedBy(string text, IEnumerable<string> words)
    {
        if (text.Length > 200)
        {
            return false;
        }

        var said = Fold(text);
        return said.Length > 0 && words.Any(word => string.Equals(Fold(word), said, StringComparison.Ordinal));
    }

    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        // A lone surrogate cannot be normalized; nobody opts out with one.
        foreach (var c in (IsWellFormed(text) ? text : "").Normalize(NormalizationForm.FormD))
        {
            var category = char.GetUnicodeCategory(c);
            if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format)
            {
                continue;
            }

            folded.Append(char.IsWhiteSpace(c) ? ' ' : char.ToLowerInvariant(c));
        }

        return folded.ToString().Trim(' ', '.', '!', '?', ',', ';', ':', '"', '\'', '*', '_', '~', '(', ')', '-');
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }
}
