using System.Globalization;

namespace WhatsAI.Web.Common;

public static class Initials
{
    /// <summary>First letters of the first and the last word that begin with a letter; empty for a phone number or a name of signs alone.</summary>
    public static string Of(string? name)
    {
        var letters = (name ?? "")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(First)
            .OfType<string>()
            .ToList();
        return letters.Count switch
        {
            0 => "",
            1 => letters[0],
            _ => letters[0] + letters[^1],
        };
    }

    // A name is anyone's text: a letter may be two chars long or carry accents of its own.
    private static string? First(string word)
    {
        var element = StringInfo.GetNextTextElement(word);
        return System.Text.Rune.TryGetRuneAt(element, 0, out var rune) && System.Text.Rune.IsLetter(rune)
            ? rune.ToString().ToUpper(CultureInfo.CurrentCulture)
            : null;
    }
}
