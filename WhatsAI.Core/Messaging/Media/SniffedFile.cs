namespace WhatsAI.Core.Messaging.Media;

/// <summary>A file as its own bytes describe it.</summary>
/// <param name="ContentType">What it may be served and sent as; <see cref="MediaType.Unknown"/> for a picture too large to be shown.</param>
/// <param name="Size">Of a picture.</param>
public sealed record SniffedFile(string ContentType, ImageSize? Size)
{
    /// <param name="head">The file's first bytes, <see cref="MediaType.HeadLength"/> or all there are.</param>
    public static SniffedFile Of(ReadOnlySpan<byte> head)
    {
        var type = MediaType.Of(head);
        var size = ImageSize.Read(type, head);
        var shown = type is not ("image/jpeg" or "image/png" or "image/gif" or "image/webp") || size is { IsShown: true };
        return new(shown ? type : MediaType.Unknown, size);
    }
}
