using System.Text.Json;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

/// <param name="Type">WhatsApp's name of the kind; null when there is no content at all.</param>
/// <param name="Content">What stands under that name.</param>
/// <param name="Silent">Why it is no line of a conversation; null when it is one.</param>
internal sealed record EvolutionBody(
    MessageBody Body,
    string? Type,
    JsonElement Content,
    bool Ephemeral = false,
    bool ViewOnce = false,
    string? Silent = null
);

/// <summary>What a message says: the object under <c>message</c>, whose one telling property names the kind.</summary>
internal static class EvolutionBodies
{
    private const int DeepestWrapping = 8;

    private static readonly HashSet<string> Wrappers =
    [
        "ephemeralMessage",
        "viewOnceMessage",
        "viewOnceMessageV2",
        "viewOnceMessageV2Extension",
        "documentWithCaptionMessage",
        "editedMessage",
        "deviceSentMessage",
        "groupMentionedMessage",
        "associatedChildMessage",
        "lottieStickerMessage",
        "botInvokeMessage",
    ];

    // Beside the content: keys for devices, and what Evolution adds (the file itself, its address in S3).
    private static readonly HashSet<string> Companions =
    [
        "messageContextInfo",
        "senderKeyDistributionMessage",
        "fastRatchetKeySenderKeyDistributionMessage",
        "base64",
        "mediaUrl",
        "speechToText",
        "contextInfo",
    ];

    public static EvolutionBody Read(JsonElement message, string? messageType, JsonElement key)
    {
        var (ephemeral, viewOnce) = (false, false);
        for (var depth = 0; depth < DeepestWrapping; depth++)
        {
            var (type, content) = Telling(message);
            if (type is null || !Wrappers.Contains(type) || content.Field("message").ValueKind != JsonValueKind.Object)
            {
                return Content(message, type, content, messageType, key) with
                {
                    Ephemeral = ephemeral,
                    ViewOnce = viewOnce || content.Flag("viewOnce"),
                };
            }

            ephemeral |= type == "ephemeralMessage";
            viewOnce |= type.StartsWith("viewOnce", StringComparison.Ordinal);
            message = content.Field("message");
        }

        return new EvolutionBody(new UnsupportedBody("wrapped too deep"), "wrapped too deep", default);
    }

    private static EvolutionBody Content(JsonElement message, string? type, JsonElement content, string? messageType, JsonElement key)
    {
        if (Silent(type, message) is { } reason)
        {
            return new EvolutionBody(new UnsupportedBody(Name(type)), type, content, Silent: reason);
        }

        // Evolution's own channel sends a file's address or a menu's parts without their wrapper and names the kind beside it.
        var bare = messageType is not null && type is null or "title" or "description" or "footer" or "buttons";
        var (kind, inside) = bare ? (messageType, message) : (type, content);
        var body = kind is null ? null : EvolutionMedia.Read(kind, inside, key) ?? Words(kind, inside) ?? EvolutionMenus.Read(kind, inside);
        return new EvolutionBody(body ?? new UnsupportedBody(Name(kind ?? messageType)), type ?? messageType, inside);
    }

    private static MessageBody? Words(string type, JsonElement content) =>
        type switch
        {
            "conversation" when content.ValueKind == JsonValueKind.String => new TextBody(EvolutionJson.Cut(content.GetString()!, 200_000)),
            "extendedTextMessage" when content.Text("text") is { } text => new TextBody(text, Preview(content)),
            "locationMessage"
            or "liveLocationMessage"
                when content.Double("degreesLatitude", 90) is { } latitude && content.Double("degreesLongitude", 180) is { } longitude =>
                new LocationBody(
                    latitude,
                    longitude,
                    content.Word("name"),
                    content.Word("address", 1000),
                    type == "liveLocationMessage" || content.Flag("isLive"),
                    content.Text("caption")
                ),
            "contactMessage" => new ContactsBody([EvolutionCards.Read(content)]),
            "contactsArrayMessage" => new ContactsBody([.. content.Field("contacts").Each().Take(100).Select(EvolutionCards.Read)]),
            "pollCreationMessage" or "pollCreationMessageV2" or "pollCreationMessageV3" or "pollCreationMessageV5" => new PollBody(
                content.Text("name") ?? "",
                [.. content.Field("options").Each().Take(100).Select(option => option.Text("optionName") ?? "")],
                content.Count("selectableOptionsCount", 100) ?? 0
            ),
            _ => null,
        };

    private static LinkPreview? Preview(JsonElement content) =>
        content.Word("matchedText", 2000) is { } url && (content.Has("title") || content.Has("description"))
            ? new LinkPreview(url, content.Word("title"), content.Word("description", 1000))
            : null;

    private static string? Silent(string? type, JsonElement message) =>
        type switch
        {
            "pollUpdateMessage" => "a poll vote, which only the gateway could open",
            "encReactionMessage" or "encCommentMessage" or "encEventResponseMessage" => "encrypted beyond the gateway",
            "albumMessage" => "an album's cover; its pictures come one by one",
            "pinInChatMessage" or "keepInChatMessage" => "a pin",
            "stickerSyncRmrMessage" => "a device's own sync",
            null when message.Has("senderKeyDistributionMessage") => "a group's keys",
            _ => null,
        };

    private static (string? Type, JsonElement Content) Telling(JsonElement message)
    {
        if (message.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in message.EnumerateObject())
            {
                if (!Companions.Contains(property.Name) && property.Value.ValueKind != JsonValueKind.Null)
                {
                    return (property.Name, property.Value);
                }
            }
        }

        return (null, default);
    }

    private static string Name(string? type) => EvolutionJson.OneLine(type, 100) ?? "empty";
}
