namespace WhatsAI.Core.Common;

/// <summary>A piece of a text with variables: words as they stand, or a variable.</summary>
/// <param name="Text">The words; of a variable what stands between the braces.</param>
/// <param name="Start">UTF-16 units from the text's beginning, of a variable where its braces begin.</param>
/// <param name="Length">With the braces.</param>
/// <param name="Name">Of the variable; null: words.</param>
/// <param name="Fallback">What to say where nothing is known; null where nothing was written for that.</param>
public sealed record BracePiece(string Text, int Start, int Length, string? Name = null, string? Fallback = null);

/// <summary>The notation of canned responses and templates: <c>{{name}}</c>, or with words for the case that it is not known, <c>{{name|words}}</c>.</summary>
public static class BraceText
{
    public const string Open = "{{";
    public const string Close = "}}";

    /// <param name="text">As typed.</param>
    /// <param name="unclosed">Where a variable begins that does not end before the next one or the text; -1 for nowhere. Nothing after it is read.</param>
    public static IReadOnlyList<BracePiece> Split(string text, out int unclosed)
    {
        unclosed = -1;
        var (pieces, at) = (new List<BracePiece>(), 0);
        while (text.IndexOf(Open, at, StringComparison.Ordinal) is var open and >= 0)
        {
            var close = text.IndexOf(Close, open + Open.Length, StringComparison.Ordinal);
            var next = text.IndexOf(Open, open + Open.Length, StringComparison.Ordinal);
            if (close < 0 || (next >= 0 && next < close))
            {
                unclosed = open;
                return pieces;
            }

            Words(at, open);
            pieces.Add(Variable(text[(open + Open.Length)..close], open, close + Close.Length - open));
            at = close + Close.Length;
        }

        Words(at, text.Length);
        return pieces;

        void Words(int from, int to)
        {
            if (to > from)
            {
                pieces.Add(new BracePiece(text[from..to], from, to - from));
            }
        }
    }

    private static BracePiece Variable(string inside, int start, int length)
    {
        var bar = inside.IndexOf('|', StringComparison.Ordinal);
        return new BracePiece(
            inside,
            start,
            length,
            (bar < 0 ? inside : inside[..bar]).Trim(),
            bar < 0 ? null : inside[(bar + 1)..].Trim()
        );
    }
}
