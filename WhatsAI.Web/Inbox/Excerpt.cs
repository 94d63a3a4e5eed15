namespace WhatsAI.Web.Inbox;

/// <summary>The beginning of a text too long to be shown whole at once: 64 KB of it would push everything else out of the thread.</summary>
public static class Excerpt
{
    /// <summary>Characters and lines that are shown whole.</summary>
    public const int Whole = 1_500;
    public const int WholeLines = 30;

    // Clearly less than what is shown whole: nobody opens a text for its last three words.
    private const int Shown = 1_000;
    private const int ShownLines = 20;

    /// <summary>The text's beginning, or null where it is short enough. Ends between two words where it can, never within a character.</summary>
    public static string? Of(string text)
    {
        if (text.Length <= Whole && Line(text, WholeLines) < 0)
        {
            return null;
        }

        var end = Math.Min(text.Length, Shown);
        if (Line(text.AsSpan(0, end), ShownLines) is var line and >= 0)
        {
            return text[..line];
        }

        var space = text.AsSpan(0, end).LastIndexOfAny(" \n\t");
        end =
            space > Shown / 2 ? space
            : char.IsHighSurrogate(text[end - 1]) ? end - 1
            : end;
        return text[..end];
    }

    // Where that line ends, -1 where there are fewer.
    private static int Line(ReadOnlySpan<char> text, int number)
    {
        var at = -1;
        for (var i = 0; i < number; i++)
        {
            var next = text[(at + 1)..].IndexOf('\n');
            if (next < 0)
            {
                return -1;
            }

            at += next + 1;
        }

        return at;
    }
}
