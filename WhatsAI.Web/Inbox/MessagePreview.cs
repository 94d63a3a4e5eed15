using Microsoft.Extensions.Localization;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Web.Inbox;

/// <summary>A message in one line: an icon for its kind, and its words or the kind's name.</summary>
public static class MessagePreview
{
    public static string? Icon(MessageKind kind) =>
        kind switch
        {
            MessageKind.Image => "image",
            MessageKind.Video => "videocam",
            MessageKind.Audio => "mic",
            MessageKind.Document => "description",
            MessageKind.Sticker => "sticky_note_2",
            MessageKind.Location => "location_on",
            MessageKind.Contacts => "contacts",
            MessageKind.Poll => "ballot",
            MessageKind.Choice => "touch_app",
            MessageKind.Menu => "list",
            MessageKind.Unsupported => "help",
            _ => null,
        };

    /// <summary>Of a row in the list, where a text without anything in it is one that was deleted.</summary>
    public static string Text(MessageKind kind, string text, IStringLocalizer<InboxText> texts) =>
        text.Length == 0 && (kind == MessageKind.Text || kind.IsInternal()) ? texts["preview.none"] : Words(kind, text, texts);

    /// <summary>Of a message that is there.</summary>
    public static string Words(MessageKind kind, string text, IStringLocalizer<InboxText> texts) =>
        !WhatsAppText.IsBlank(text) ? text
        : kind == MessageKind.Text ? texts["blank"]
        : texts[$"kind.{kind.ToString().ToLowerInvariant()}"];
}
