using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>The inside of a message, in both directions: its type, its <c>message</c> object, its context and its file.</summary>
internal sealed record SandboxContent(string Type, JsonObject Body, JsonNode? Context = null, SandboxMedia? Media = null)
{
    public static SandboxContent Text(string text) => new("conversation", new JsonObject { ["conversation"] = text });

    public static SandboxContent Of(string type, JsonObject inner, SandboxMedia? media = null) =>
        new(type, new JsonObject { [type] = inner }, null, media);

    /// <summary>An image, video, audio, document or sticker with the fields that WhatsApp puts beside the encrypted file.</summary>
    public static SandboxContent File(string kind, SandboxMedia media, SandboxRandom random, DateTimeOffset now)
    {
        var path = $"/o1/v/t24/f2/m231/{random.Hex(8)}?ccb=9-4&oh=01_Q5Aa&oe=6A&_nc_sid=e6ed6c";
        var inner = new JsonObject
        {
            ["url"] = $"https://mmg.whatsapp.net{path}&mms3=true",
            ["mimetype"] = media.MimeType,
            ["fileSha256"] = SandboxJson.Bytes(SHA256.HashData(media.Bytes)),
            ["fileLength"] = SandboxJson.Long(media.Bytes.Length),
            ["mediaKey"] = SandboxJson.Bytes(random.Bytes(32)),
            ["fileEncSha256"] = SandboxJson.Bytes(random.Bytes(32)),
            ["directPath"] = path,
            ["mediaKeyTimestamp"] = SandboxJson.Long(now.ToUnixTimeSeconds(), unsigned: false),
        };
        if (media.Caption is { Length: > 0 } caption)
        {
            inner["caption"] = caption;
        }

        switch (kind)
        {
            case "image":
                (inner["height"], inner["width"]) = (180, 240);
                inner["jpegThumbnail"] = SandboxJson.Bytes(SandboxSamples.Thumbnail);
                break;
            case "video":
                (inner["height"], inner["width"], inner["seconds"]) = (120, 160, 2);
                inner["jpegThumbnail"] = SandboxJson.Bytes(SandboxSamples.Thumbnail);
                break;
            case "voice":
                (inner["seconds"], inner["ptt"]) = (3, true);
                inner["waveform"] = SandboxJson.Bytes([.. random.Bytes(64).Select(b => (byte)(b % 100))]);
                return Of("audioMessage", inner, media);
            case "audio":
                (inner["seconds"], inner["ptt"]) = (3, false);
                break;
            case "document":
                (inner["title"], inner["fileName"], inner["pageCount"]) = (media.FileName, media.FileName, 1);
                break;
            case "sticker":
                (inner["height"], inner["width"], inner["isAnimated"]) = (128, 128, false);
                break;
        }

        return Of(kind + "Message", inner, media);
    }

    public static JsonObject Contact(string name, string phone) =>
        new()
        {
            ["displayName"] = name,
            ["vcard"] =
                $"BEGIN:VCARD\nVERSION:3.0\nN:;{name};;;\nFN:{name}\nitem1.TEL;waid={new string([.. phone.Where(char.IsAsciiDigit)])}:{phone}\nEND:VCARD",
        };

    public static SandboxContent Contacts(IReadOnlyList<JsonObject> contacts) =>
        contacts.Count == 1
            ? Of("contactMessage", contacts[0])
            : Of(
                "contactsArrayMessage",
                new JsonObject { ["contacts"] = new JsonArray([.. contacts]), ["displayName"] = $"{contacts.Count} contatos" }
            );

    public static SandboxContent Location(double latitude, double longitude, string? name, string? address) =>
        Of(
            "locationMessage",
            new JsonObject
            {
                ["degreesLatitude"] = latitude,
                ["degreesLongitude"] = longitude,
                ["name"] = name,
                ["address"] = address,
            }
        );

    public static SandboxContent Reaction(JsonObject key, string emoji, DateTimeOffset now) =>
        Of(
            "reactionMessage",
            new JsonObject
            {
                ["key"] = key,
                ["text"] = emoji,
                ["senderTimestampMs"] = SandboxJson.Long(now.ToUnixTimeMilliseconds(), unsigned: false),
            }
        );

    public static SandboxContent Poll(string question, IEnumerable<string> options, int selectable) =>
        Of(
            "pollCreationMessageV3",
            new JsonObject
            {
                ["options"] = new JsonArray([.. options.Select(o => new JsonObject { ["optionName"] = o })]),
                ["name"] = question,
                ["selectableOptionsCount"] = selectable,
            }
        );

    /// <summary>The same content as an answer to an earlier message.</summary>
    public SandboxContent Quoting(string id, string? participant, JsonNode? quoted) =>
        this with
        {
            Context = new JsonObject
            {
                ["mentionedJid"] = new JsonArray(),
                ["groupMentions"] = new JsonArray(),
                ["stanzaId"] = id,
                ["participant"] = participant,
                ["quotedMessage"] = quoted,
            },
        };
}
