using System.Globalization;
using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>Changing what was already sent: revoke and edit.</summary>
internal static class SandboxChangeCalls
{
    public static Task<SandboxAnswer> DeleteAsync(SandboxCall call)
    {
        var (id, jid) = (call.Required("id"), call.Required("remoteJid"));
        call.RequireOpen();
        var (server, instance) = (call.Server, call.Instance);
        lock (instance.Gate)
        {
            if (instance.Chats.Find(id) is { } message)
            {
                message.Revoked = true;
                var key = (JsonObject)message.Key.DeepClone();
                key["deleted"] = true;
                var row = message.ToWire(instance.Id, base64: false);
                (row["id"], row["key"], row["status"]) = (message.RowId, key, "DELETED");
                server.Webhooks.Post(instance, "messages.delete", row);
            }
        }

        server.Log.Write("revoke", instance, new JsonObject { ["message"] = id });
        var target = Key(jid, id, call.Body.Flag("fromMe"));
        var protocol = new JsonObject { ["key"] = target, ["type"] = "REVOKE" };
        var answer = Protocol(call, jid, protocol);
        (answer["messageTimestamp"], answer["status"]) = (Seconds(server), "PENDING");
        return Task.FromResult(SandboxAnswer.Created(answer));
    }

    public static Task<SandboxAnswer> UpdateAsync(SandboxCall call)
    {
        var (number, text) = (call.Required("number"), call.Required("text"));
        if (call.Body.Obj("key").Str("id") is not { } id)
        {
            return Task.FromResult(SandboxAnswer.Invalid("instance requires property \"key\""));
        }

        call.RequireOpen();
        var (server, instance) = (call.Server, call.Instance);
        var jid = SandboxJid.Of(number);
        lock (instance.Gate)
        {
            if (instance.Chats.Find(id) is not { } message)
            {
                return Task.FromResult(SandboxAnswer.BadRequest("Message not found"));
            }

            if (!message.FromMe || message.RemoteJid != jid)
            {
                return Task.FromResult(SandboxAnswer.BadRequest("RemoteJid does not match"));
            }

            message.Content["conversation"] = text;
        }

        server.Log.Write("edit", instance, new JsonObject { ["message"] = id, ["text"] = text });
        var milliseconds = server.Now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        JsonObject Edited() => new() { ["conversation"] = text };
        server.Webhooks.Post(
            instance,
            "send.message.update",
            new JsonObject
            {
                ["key"] = Key(jid, id, true),
                ["editedMessage"] = Edited(),
                ["timestampMs"] = milliseconds,
                ["type"] = 14,
            }
        );
        var protocol = new JsonObject
        {
            ["key"] = Key(jid, id, true),
            ["type"] = "MESSAGE_EDIT",
            ["editedMessage"] = Edited(),
            ["timestampMs"] = milliseconds,
        };
        return Task.FromResult(SandboxAnswer.Ok(Protocol(call, jid, protocol)));
    }

    private static JsonObject Protocol(SandboxCall call, string jid, JsonObject protocol) =>
        new()
        {
            ["key"] = Key(jid, call.Server.Random.SentId(), true),
            ["message"] = new JsonObject { ["protocolMessage"] = protocol },
        };

    private static JsonObject Key(string jid, string id, bool fromMe) =>
        new()
        {
            ["remoteJid"] = jid,
            ["fromMe"] = fromMe,
            ["id"] = id,
        };

    private static string Seconds(SandboxServer server) => server.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
