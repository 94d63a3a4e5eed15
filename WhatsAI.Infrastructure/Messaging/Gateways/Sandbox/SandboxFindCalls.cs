using System.Globalization;
using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>What Evolution's own database knows: messages (newest first, by page), chats, contacts, files.</summary>
internal static class SandboxFindCalls
{
    public static Task<SandboxAnswer> MessagesAsync(SandboxCall call)
    {
        var where = call.Body.Obj("where");
        var key = where.Obj("key");
        var size = (int)Math.Clamp(call.Body.Number("offset") is { } o and > 0 ? o : 50, 1, 1000);
        var page = (int)Math.Max(1, call.Body.Number("page") ?? 1);
        var (from, to) = (Seconds(where.Obj("messageTimestamp"), "gte"), Seconds(where.Obj("messageTimestamp"), "lte"));
        lock (call.Instance.Gate)
        {
            var found = call
                .Instance.Chats.Messages.Where(m => m.Kept)
                .Where(m => key.Str("remoteJid") is not { } jid || m.RemoteJid == jid)
                .Where(m => key.Str("id") is not { } id || m.Id == id)
                .Where(m => key?["fromMe"] is null || m.FromMe == key.Flag("fromMe"))
                .Where(m => where.Str("messageType") is not { } type || m.Type == type)
                // the range counts only when both ends are given, as in the real server
                .Where(m => from is null || to is null || (m.Timestamp >= from && m.Timestamp <= to))
                .Reverse()
                .OrderByDescending(m => m.Timestamp)
                .ToArray();
            var records = found.Skip((page - 1) * size).Take(size).Select(m => (JsonNode)m.ToRecord(call.Instance.Id));
            return Now(
                new JsonObject
                {
                    ["messages"] = new JsonObject
                    {
                        ["total"] = found.Length,
                        ["pages"] = (found.Length + size - 1) / size,
                        ["currentPage"] = page,
                        ["records"] = new JsonArray([.. records]),
                    },
                }
            );
        }
    }

    public static Task<SandboxAnswer> ChatsAsync(SandboxCall call)
    {
        var wanted = call.Body.Obj("where").Str("remoteJid");
        lock (call.Instance.Gate)
        {
            var rows = call
                .Instance.Chats.All.Where(c => wanted is null || c.RemoteJid == wanted)
                .OrderByDescending(c => c.Messages[^1].Timestamp)
                .Select(c => (JsonNode)Chat(call.Instance, c));
            return Now(new JsonArray([.. rows]));
        }
    }

    public static Task<SandboxAnswer> ContactsAsync(SandboxCall call)
    {
        var wanted = call.Body.Obj("where").Str("remoteJid");
        lock (call.Instance.Gate)
        {
            var rows = call
                .Instance.Chats.Contacts.Where(c => wanted is null || c.Jid == wanted)
                .Select(c =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["id"] = c.RowId,
                            ["remoteJid"] = c.Jid,
                            ["pushName"] = c.PushName,
                            ["profilePicUrl"] = c.PictureUrl,
                            ["createdAt"] = SandboxJson.Iso(c.At),
                            ["updatedAt"] = SandboxJson.Iso(c.At),
                            ["instanceId"] = call.Instance.Id,
                            ["isGroup"] = SandboxJid.IsGroup(c.Jid),
                            ["isSaved"] = true,
                            ["type"] = SandboxJid.IsGroup(c.Jid) ? "group" : "contact",
                        }
                );
            return Now(new JsonArray([.. rows]));
        }
    }

    public static Task<SandboxAnswer> Base64Async(SandboxCall call)
    {
        var id = call.Body.Obj("message").Obj("key").Str("id");
        lock (call.Instance.Gate)
        {
            if (call.Instance.Chats.Find(id) is not { } message)
            {
                return Task.FromResult(SandboxAnswer.BadRequest("Message not found"));
            }

            if (message.Media is not { } media)
            {
                return Task.FromResult(SandboxAnswer.BadRequest("The message is not of the media type"));
            }

            return Task.FromResult(
                SandboxAnswer.Created(
                    new JsonObject
                    {
                        ["mediaType"] = MediaType(message),
                        ["fileName"] = media.FileName ?? message.Id + Extension(media.MimeType),
                        ["caption"] = media.Caption,
                        ["size"] = new JsonObject { ["fileLength"] = SandboxJson.Long(media.Bytes.Length) },
                        ["mimetype"] = media.MimeType,
                        ["base64"] = Convert.ToBase64String(media.Bytes),
                        ["buffer"] = null,
                    }
                )
            );
        }
    }

    private static JsonObject Chat(SandboxInstance instance, SandboxChat chat)
    {
        var last = chat.Messages[^1];
        var row = last.ToRecord(instance.Id);
        row.Remove("MessageUpdate");
        (row["participant"], row["sessionId"], row["status"]) = (null, null, last.Status);
        return new JsonObject
        {
            ["id"] = chat.RowId,
            ["remoteJid"] = chat.RemoteJid,
            ["pushName"] = instance.Chats.Contact(chat.RemoteJid)?.PushName,
            ["profilePicUrl"] = null,
            ["updatedAt"] = SandboxJson.Iso(DateTimeOffset.FromUnixTimeSeconds(last.Timestamp)),
            ["windowStart"] = null,
            ["windowExpires"] = null,
            ["windowActive"] = false,
            ["lastMessage"] = row,
            ["unreadCount"] = chat.Unread,
            ["isSaved"] = true,
        };
    }

    private static string MediaType(SandboxMessage message) => message.Type == "viewOnceMessageV2" ? "imageMessage" : message.Type;

    private static string Extension(string mimeType) =>
        mimeType.Split(';')[0] switch
        {
            "image/jpeg" => ".jpeg",
            "image/png" => ".png",
            "image/webp" => ".webp",
            "video/mp4" => ".mp4",
            "audio/ogg" => ".oga",
            "application/pdf" => ".pdf",
            _ => ".bin",
        };

    private static long? Seconds(JsonObject? range, string end) =>
        DateTimeOffset.TryParse(range.Str(end), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToUnixTimeSeconds()
            : null;

    private static Task<SandboxAnswer> Now(JsonNode body) => Task.FromResult(SandboxAnswer.Ok(body));
}
