using System.Text.Json;
using System.Text.RegularExpressions;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

/// <summary>Bodies with a file. The file stays at the gateway: the key in the reference is what fetches it.</summary>
internal static partial class EvolutionMedia
{
    public static MessageBody? Read(string type, JsonElement content, JsonElement key) =>
        type switch
        {
            _ when content.ValueKind != JsonValueKind.Object => null,
            "imageMessage" => new ImageBody(Reference(content, key, "image/jpeg"), content.Text("caption")),
            "videoMessage" or "ptvMessage" => new VideoBody(
                Reference(content, key, "video/mp4"),
                content.Text("caption"),
                content.Count("seconds"),
                type == "ptvMessage",
                content.Flag("gifPlayback")
            ),
            "audioMessage" => new AudioBody(
                Reference(content, key, "audio/ogg"),
                content.Flag("ptt"),
                content.Count("seconds"),
                content.Bytes("waveform", 256) is { } wave ? [.. wave.Take(64).Select(value => Math.Min(value, (byte)100))] : null
            ),
            "documentMessage" => new DocumentBody(
                Reference(content, key, "application/octet-stream"),
                content.Text("caption"),
                content.Count("pageCount")
            ),
            "stickerMessage" => new StickerBody(Reference(content, key, "image/webp"), content.Flag("isAnimated")),
            _ => null,
        };

    /// <summary>Lower case, without parameters; null when it is no MIME type.</summary>
    public static string? Mime(string? text)
    {
        var plain = text?.Split(';')[0].Trim().ToLowerInvariant();
        return plain is { Length: <= 100 } && MimeShape().IsMatch(plain) ? plain : null;
    }

    private static MediaReference Reference(JsonElement content, JsonElement key, string otherwise) =>
        new(
            Mime(content.Text("mimetype")) ?? otherwise,
            content.Long("fileLength") is { } size and >= 0 ? size : null,
            content.FileName("fileName") ?? content.FileName("title"),
            content.Bytes("fileSha256", 32) is { Length: 32 } hash ? Convert.ToHexStringLower(hash) : null,
            content.Count("width", 100_000),
            content.Count("height", 100_000),
            key.Id("id") is { } id ? JsonSerializer.Serialize(new MediaKey(id)) : null
        );

    [GeneratedRegex("^[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex MimeShape();

    /// <summary>Evolution finds the file by the message's id in its own database.</summary>
    internal sealed record MediaKey(string Id);
}
