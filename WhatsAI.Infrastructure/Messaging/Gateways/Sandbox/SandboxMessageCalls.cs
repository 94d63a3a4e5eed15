using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>The routes under /message: what each kind must say, before <see cref="SandboxSending"/> takes it.</summary>
internal static class SandboxMessageCalls
{
    public static Task<SandboxAnswer> TextAsync(SandboxCall call)
    {
        var (number, text) = (call.Required("number"), call.Required("text"));
        return SandboxSending.SendAsync(call, number, SandboxContent.Text(text), text);
    }

    public static async Task<SandboxAnswer> MediaAsync(SandboxCall call)
    {
        var (number, kind) = (call.Required("number"), call.Required("mediatype"));
        if (kind is not ("image" or "video" or "document" or "audio"))
        {
            return SandboxAnswer.Invalid("mediatype is not one of enum values: image,document,video,audio");
        }

        var file = await SandboxUpload.ReadAsync(call, "media");
        var type = call.Body.Str("mimetype") is { Length: > 0 } mime ? mime : file.MimeType ?? Guess(kind);
        var media = new SandboxMedia(file.Bytes, type, call.Body.Str("fileName") ?? file.FileName, call.Body.Str("caption"));
        return await SandboxSending.SendAsync(call, number, Content(call, kind, media), media.Caption);
    }

    public static async Task<SandboxAnswer> AudioAsync(SandboxCall call)
    {
        var number = call.Required("number");
        var file = await SandboxUpload.ReadAsync(call, "audio");
        var media = new SandboxMedia(file.Bytes, "audio/ogg; codecs=opus", null, null);
        return await SandboxSending.SendAsync(call, number, Content(call, "voice", media), null);
    }

    public static async Task<SandboxAnswer> StickerAsync(SandboxCall call)
    {
        var number = call.Required("number");
        var file = await SandboxUpload.ReadAsync(call, "sticker");
        return await SandboxSending.SendAsync(
            call,
            number,
            Content(call, "sticker", new SandboxMedia(file.Bytes, "image/webp", null, null)),
            null
        );
    }

    public static Task<SandboxAnswer> LocationAsync(SandboxCall call)
    {
        var (number, name, address) = (call.Required("number"), call.Required("name"), call.Required("address"));
        return call.Body.Number("latitude") is { } latitude && call.Body.Number("longitude") is { } longitude
            ? SandboxSending.SendAsync(call, number, SandboxContent.Location(latitude, longitude, name, address), name)
            : Task.FromResult(SandboxAnswer.Invalid("instance requires property \"latitude\""));
    }

    public static Task<SandboxAnswer> ContactAsync(SandboxCall call)
    {
        var number = call.Required("number");
        if (call.Body["contact"] is not JsonArray { Count: > 0 } list)
        {
            return Task.FromResult(SandboxAnswer.Invalid("instance requires property \"contact\""));
        }

        var contacts = list.OfType<JsonObject>()
            .Select(c => SandboxContent.Contact(SandboxCall.Required(c, "fullName"), SandboxCall.Required(c, "phoneNumber")))
            .ToArray();
        return SandboxSending.SendAsync(call, number, SandboxContent.Contacts(contacts), null);
    }

    public static Task<SandboxAnswer> ReactionAsync(SandboxCall call)
    {
        var emoji = call.Required("reaction");
        if (call.Body.Obj("key") is not { } key || key.Str("id") is null || key.Str("remoteJid") is not { } jid)
        {
            return Task.FromResult(SandboxAnswer.Invalid("instance requires property \"key\""));
        }

        var content = SandboxContent.Reaction((JsonObject)key.DeepClone(), emoji, call.Server.Now);
        return SandboxSending.SendAsync(call, jid, content, emoji);
    }

    public static Task<SandboxAnswer> PollAsync(SandboxCall call)
    {
        var (number, name) = (call.Required("number"), call.Required("name"));
        if (call.Body["values"] is not JsonArray values || values.Count is < 2 or > 10)
        {
            return Task.FromResult(SandboxAnswer.Invalid("values does not meet minimum length of 2"));
        }

        var options = values.OfType<JsonValue>().Select(v => v.ToString());
        var selectable = (int)(call.Body.Number("selectableCount") ?? 1);
        return SandboxSending.SendAsync(call, number, SandboxContent.Poll(name, options, selectable), name);
    }

    private static SandboxContent Content(SandboxCall call, string kind, SandboxMedia media) =>
        SandboxContent.File(kind, media, call.Server.Random, call.Server.Now);

    private static string Guess(string kind) =>
        kind switch
        {
            "image" => "image/png",
            "video" => "video/mp4",
            "audio" => "audio/mpeg",
            _ => "application/octet-stream",
        };
}
