namespace WhatsAI.Core.Messaging.Media;

/// <summary>How a stored file is given to a browser: shown in the page, or only offered as a download nobody's browser interprets.</summary>
/// <param name="ContentType">The type to state.</param>
/// <param name="Inline">Whether it may be shown.</param>
/// <param name="FileName">Never empty.</param>
public sealed record ServedFile(string ContentType, bool Inline, string FileName)
{
    /// <param name="contentType">As sniffed when it was stored.</param>
    /// <param name="fileName">As stored, if there is one.</param>
    /// <param name="download">Asked for as a download.</param>
    public static ServedFile Of(string contentType, string? fileName, bool download)
    {
        var shown = Extension(contentType);
        var name = FileNames.Safe(fileName) ?? (shown is null ? "file" : $"file.{shown}");
        return shown is null || download ? new(MediaType.Unknown, false, name) : new(contentType, true, name);
    }

    // What browsers show without running anything of it.
    private static string? Extension(string contentType) =>
        contentType switch
        {
            "image/jpeg" => "jpg",
            "image/png" => "png",
            "image/gif" => "gif",
            "image/webp" => "webp",
            "video/mp4" => "mp4",
            "video/webm" => "webm",
            "audio/webm" => "weba",
            "audio/ogg" => "ogg",
            "audio/mpeg" => "mp3",
            "audio/mp4" => "m4a",
            "audio/aac" => "aac",
            "audio/wav" => "wav",
            MediaType.Pdf => "pdf",
            _ => null,
        };
}
