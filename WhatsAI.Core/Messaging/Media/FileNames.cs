using System.Globalization;
using System.Text;

namespace WhatsAI.Core.Messaging.Media;

/// <summary>File names from outside, made safe to show, to store and to offer for download.</summary>
public static class FileNames
{
    /// <summary>Characters, the extension included.</summary>
    public const int Longest = 150;

    /// <summary>
    /// The name without path, control and invisible characters (an override of the writing direction makes "exe.jpg" of "gpj.exe") and without what
    /// file systems refuse; null when nothing is left.
    /// </summary>
    public static string? Safe(string? name)
    {
        if (name is null)
        {
            return null;
        }

        var clean = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.Value is '/' or '\\')
            {
                clean.Clear();
            }
            else if (IsKept(rune))
            {
                clean.Append(rune);
            }
        }

        var safe = clean.ToString().Trim(' ', '.');
        return safe.Length == 0 ? null : Shortened(safe);
    }

    /// <summary>In lower case and without the dot; empty when there is none.</summary>
    public static string Extension(string? name)
    {
        var dot = name?.LastIndexOf('.') ?? -1;
        return dot < 0 ? "" : name![(dot + 1)..].Trim().ToLowerInvariant();
    }

    private static bool IsKept(Rune rune) =>
        rune != Rune.ReplacementChar
        && rune.Value is not (':' or '*' or '?' or '"' or '<' or '>' or '|')
        && Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
            );

    private static string Shortened(string name)
    {
        if (name.Length <= Longest)
        {
            return name;
        }

        var extension = Extension(name);
        var tail = extension.Length is > 0 and <= 10 ? "." + extension : "";
        var cut = Longest - tail.Length;
        return name[..(char.IsHighSurrogate(name[cut - 1]) ? cut - 1 : cut)] + tail;
    }
}
