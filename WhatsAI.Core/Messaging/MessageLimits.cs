using WhatsAI.Core.Common;

namespace WhatsAI.Core.Messaging;

/// <summary>What WhatsApp takes.</summary>
public static class MessageLimits
{
    /// <summary>Characters of a text (UTF-16 units, as WhatsApp counts them).</summary>
    public const int Text = 65_536;

    /// <summary>Characters of a caption.</summary>
    public const int Caption = 1_024;

    /// <summary>The text as it is sent: without blank ends, otherwise as typed.</summary>
    /// <exception cref="RuleException">It is empty, nothing of it can be seen, or it is too long.</exception>
    public static string CheckText(string text)
    {
        var trimmed = text.Trim();
        return trimmed.Length switch
        {
            <= Text when WhatsAppText.IsBlank(trimmed) => throw new RuleException("message.empty"),
            > Text => throw new RuleException("message.too-long", Text),
            _ => trimmed,
        };
    }

    /// <exception cref="RuleException">It is too long.</exception>
    public static string? CheckCaption(string? caption)
    {
        var trimmed = caption?.Trim();
        return trimmed switch
        {
            null or "" => null,
            { Length: > Caption } => throw new RuleException("message.caption-too-long", Caption),
            _ => trimmed,
        };
    }
}
