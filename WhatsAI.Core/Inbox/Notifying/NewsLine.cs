using WhatsAI.Core.Common;

namespace WhatsAI.Core.Inbox.Notifying;

/// <summary>What a customer is called, or wrote, as a line of a notification: that is drawn by the system, beside other programs' words.</summary>
public static class NewsLine
{
    /// <summary>Characters at most; systems show fewer.</summary>
    public const int MaxLength = 160;

    /// <summary>On one line, without what nobody sees and what turns the direction; null where nothing is left.</summary>
    public static string? Of(string? text)
    {
        var line = OneLine.Clean(text ?? "");
        var cut = line.Length <= MaxLength ? line.Length : MaxLength - (char.IsHighSurrogate(line[MaxLength - 2]) ? 2 : 1);
        return line.Length switch
        {
            0 => null,
            <= MaxLength => line,
            _ => line[..cut] + "…",
        };
    }
}
