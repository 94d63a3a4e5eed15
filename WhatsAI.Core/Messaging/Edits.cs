namespace WhatsAI.Core.Messaging;

/// <summary>What an edit makes of a message: its words change, its file stays.</summary>
public static class Edits
{
    /// <param name="before">As it is.</param>
    /// <param name="edit">As the gateway tells it: of a file, the new caption comes as a text or as a file without one.</param>
    public static MessageBody Apply(MessageBody before, MessageBody edit) =>
        (before, edit) switch
        {
            (ImageBody image, TextBody text) => image with { Caption = text.Text },
            (VideoBody video, TextBody text) => video with { Caption = text.Text },
            (DocumentBody document, TextBody text) => document with { Caption = text.Text },
            (ImageBody image, ImageBody changed) => image with { Caption = changed.Caption },
            (VideoBody video, VideoBody changed) => video with { Caption = changed.Caption },
            (DocumentBody document, DocumentBody changed) => document with { Caption = changed.Caption },
            _ => edit,
        };
}
