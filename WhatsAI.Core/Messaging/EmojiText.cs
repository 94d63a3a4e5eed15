using System.Globalization;

namespace WhatsAI.Core.Messaging;

/// <summary>What of a text is emoji.</summary>
public static class EmojiText
{
    /// <summary>An emoji-only message of up to this many emoji is shown larger.</summary>
    private const int MostBig = 3;

    /// <summary>Whether the message is one to three emoji and nothing else.</summary>
    public static bool IsBig(string text)
    {
        if (text.Length is 0 or > 64)
        {
            return false;
        }

        var count = 0;
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            var element = elements.GetTextElement();
            if (string.IsNullOrWhiteSpace(element))
            {
                continue;
            }

            if (!IsEmoji(element) || ++count > MostBig)
            {
                return false;
            }
        }

        return count > 0;
    }

    private static bool IsEmoji(string element)
    {
        var first = element.EnumerateRunes().First();
        return first.Value switch
        {
            >= 0x1F000 and <= 0x1FAFF => true,
            // Signs that are text unless a variation selector says otherwise, and the key caps.
            (>= 0x2190 and <= 0x2BFF) or 0x203C or 0x2049 or 0x3030 or 0x303D or 0x3297 or 0x3299 => element.Contains('\uFE0F')
                || IsPresentation(first.Value),
            (>= '0' and <= '9') or '#' or '*' => element.Contains('\u20E3'),
            _ => false,
        };
    }

    private static bool IsPresentation(int value) =>
        value
            is 0x231A
                or 0x231B
                or (>= 0x23E9 and <= 0x23F3)
                or (>= 0x25FD and <= 0x25FE)
                or (>= 0x2614 and <= 0x2615)
                or (>= 0x2648 and <= 0x2653)
                or 0x267F
                or 0x2693
                or 0x26A1
                or (>= 0x26AA and <= 0x26AB)
                or (>= 0x26BD and <= 0x26BE)
                or (>= 0x26C4 and <= 0x26C5)
                or 0x26CE
                or 0x26D4
                or 0x26EA
                or (>= 0x26F2 and <= 0x26F5)
                or 0x26FA
                or 0x26FD
                or 0x2705
                or (>= 0x270A and <= 0x270B)
                or 0x2728
                or 0x274C
                or 0x274E
                or (>= 0x2753 and <= 0x2757)
                or (>= 0x2795 and <= 0x2797)
                or 0x27B0
                or 0x27BF
                or (>= 0x2B1B and <= 0x2B1C)
                or 0x2B50
                or 0x2B55
                or 0x2764;
}
