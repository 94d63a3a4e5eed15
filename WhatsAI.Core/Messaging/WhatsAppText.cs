using System.Globalization;
using System.Text;

namespace WhatsAI.Core.Messaging;

[Flags]
public enum TextStyles
{
    None = 0,
    Bold = 1,
    Italic = 2,
    Strike = 4,
    Mono = 8,
}

/// <summary>A piece of a message's text that looks the same throughout.</summary>
/// <param name="Link">Where it leads, http or https only; null for plain text.</param>
/// <param name="Block">A block of code, on lines of its own.</param>
public sealed record TextSpan(string Text, TextStyles Styles = TextStyles.None, string? Link = null, bool Block = false);

/// <summary>
/// WhatsApp's own marks (*bold*, _italic_, ~strike~, `mono`, ```code```) and links, as pieces to be rendered as text. Never HTML: what a
/// customer writes stays text whatever it holds. Linear in the text's length, whatever it is made of.
/// </summary>
public static class WhatsAppText
{
    public static IReadOnlyList<TextSpan> Parse(string text)
    {
        var spans = new List<TextSpan>();
        var at = 0;
        while (at < text.Length)
        {
            var open = text.IndexOf("```", at, StringComparison.Ordinal);
            var close = open < 0 ? -1 : text.IndexOf("```", open + 3, StringComparison.Ordinal);
            if (close <= open + 3)
            {
                Lines(text.AsSpan(at), spans);
                break;
            }

            Lines(text.AsSpan(at, open - at), spans);
            spans.Add(new TextSpan(text[(open + 3)..close].Trim('\n', '\r'), TextStyles.Mono, Block: true));
            at = close + 3;
        }

        return Joined(spans);
    }

    /// <summary>Whether nothing of it can be seen: only white space, marks of direction, zero-width characters.</summary>
    public static bool IsBlank(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsInvisible(rune))
            {
                return false;
            }
        }

        return true;
    }

    // Fillers and selectors that Unicode counts among the letters and marks, but that draw nothing.
    private static bool IsInvisible(Rune rune) =>
        Rune.IsWhiteSpace(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0 or (>= 0xFE00 and <= 0xFE0F);

    // A mark never reaches over the end of its line.
    private static void Lines(ReadOnlySpan<char> text, List<TextSpan> spans)
    {
        while (text.Length > 0)
        {
            var end = text.IndexOf('\n');
            var line = end < 0 ? text : text[..(end + 1)];
            Marks(line, TextStyles.None, spans);
            text = text[line.Length..];
        }
    }

    private static void Marks(ReadOnlySpan<char> text, TextStyles styles, List<TextSpan> spans)
    {
        var plain = 0;
        // Once a mark's partner was looked for in vain there is none further on either: each mark is searched to the end once.
        var hopeless = styles;
        for (var i = 0; i < text.Length; i++)
        {
            if (TextLinks.LengthAt(text, i) is var url and > 0)
            {
                Add(text[plain..i], styles, null, spans);
                var link = text.Slice(i, url).ToString();
                Add(link, styles, link.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? "https://" + link : link, spans);
                i += url - 1;
                plain = i + 1;
                continue;
            }

            var style = StyleOf(text[i]);
            if (style == TextStyles.None || hopeless.HasFlag(style) || !Opens(text, i))
            {
                continue;
            }

            var close = Close(text, i);
            if (close < 0)
            {
                hopeless |= style;
                continue;
            }

            Add(text[plain..i], styles, null, spans);
            var inside = text[(i + 1)..close];
            if (style == TextStyles.Mono)
            {
                Add(inside, styles | style, null, spans);
            }
            else
            {
                Marks(inside, styles | style, spans);
            }

            i = close;
            plain = close + 1;
        }

        Add(text[plain..], styles, null, spans);
    }

    private static TextStyles StyleOf(char c) =>
        c switch
        {
            '*' => TextStyles.Bold,
            '_' => TextStyles.Italic,
            '~' => TextStyles.Strike,
            '`' => TextStyles.Mono,
            _ => TextStyles.None,
        };

    // "2*3*4" and snake_case_names are no marks: outside stands no letter or digit, inside no space.
    private static bool Opens(ReadOnlySpan<char> text, int at) =>
        (at == 0 || !char.IsLetterOrDigit(text[at - 1]))
        && at + 1 < text.Length
        && !char.IsWhiteSpace(text[at + 1])
        && text[at + 1] != text[at];

    private static int Close(ReadOnlySpan<char> text, int open)
    {
        for (var i = open + 2; i < text.Length; i++)
        {
            var closes =
                text[i] == text[open]
                && !char.IsWhiteSpace(text[i - 1])
                && (i + 1 == text.Length || !char.IsLetterOrDigit(text[i + 1]))
                && text[i - 1] != text[open];
            if (closes)
            {
                return i;
            }
        }

        return -1;
    }

    private static void Add(ReadOnlySpan<char> text, TextStyles styles, string? link, List<TextSpan> spans)
    {
        if (text.Length > 0)
        {
            spans.Add(new TextSpan(text.ToString(), styles, link));
        }
    }

    // Lines of the same look become one piece again.
    private static List<TextSpan> Joined(List<TextSpan> spans)
    {
        var joined = new List<TextSpan>(spans.Count);
        var text = new StringBuilder();
        for (var i = 0; i < spans.Count; i++)
        {
            var span = spans[i];
            if (span.Link is not null || span.Block)
            {
                joined.Add(span);
                continue;
            }

            text.Clear().Append(span.Text);
            while (i + 1 < spans.Count && spans[i + 1] is { Link: null, Block: false } next && next.Styles == span.Styles)
            {
                text.Append(next.Text);
                i++;
            }

            joined.Add(span with { Text = text.ToString() });
        }

        return joined;
    }
}
