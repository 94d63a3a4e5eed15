using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>The routes under /chat that ask or tell WhatsApp something: numbers, reading, presence, pictures.</summary>
internal static class SandboxChatCalls
{
    public static Task<SandboxAnswer> NumbersAsync(SandboxCall call)
    {
        if (call.Body["numbers"] is not JsonArray numbers)
        {
            return Task.FromResult(SandboxAnswer.Invalid("instance requires property \"numbers\""));
        }

        if (!call.Instance.IsOpen)
        {
            return Task.FromResult(new SandboxAnswer(400, Boom()));
        }

        // groups first, then users: the order of the question is not kept
        var asked = numbers.OfType<JsonValue>().Select(n => n.ToString()).Select(n => (Number: n, Jid: SandboxJid.Of(n)));
        var rows = asked.OrderBy(n => SandboxJid.IsGroup(n.Jid) ? 0 : 1).Select(n => (JsonNode)Row(call.Instance, n.Number, n.Jid));
        return Task.FromResult(SandboxAnswer.Ok(new JsonArray([.. rows])));
    }

    public static Task<SandboxAnswer> MarkReadAsync(SandboxCall call)
    {
        if (call.Body["readMessages"] is not JsonArray read)
        {
            return Task.FromResult(SandboxAnswer.Invalid("instance requires property \"readMessages\""));
        }

        call.RequireOpen();
        foreach (var key in read.OfType<JsonObject>())
        {
            // keys by LID are accepted and dropped: no blue tick reaches the customer
            if (key.Str("remoteJid") is { } jid && !SandboxJid.IsLid(jid))
            {
                lock (call.Instance.Gate)
                {
                    call.Instance.Chats.Read(jid);
                }

                call.Server.Log.Write("read", call.Instance, new JsonObject { ["message"] = key.Str("id") });
            }
        }

        return Task.FromResult(SandboxAnswer.Created(new JsonObject { ["message"] = "Read messages", ["read"] = "success" }));
    }

    public static async Task<SandboxAnswer> PresenceAsync(SandboxCall call)
    {
        var (number, presence) = (call.Required("number"), call.Required("presence"));
        if (presence is not ("unavailable" or "available" or "composing" or "recording" or "paused"))
        {
            return SandboxAnswer.Invalid("presence is not one of enum values: unavailable,available,composing,recording,paused");
        }

        call.RequireOpen();
        var seen = new JsonObject { ["number"] = SandboxJid.User(SandboxJid.Of(number)), ["presence"] = presence };
        call.Server.Log.Write("presence", call.Instance, seen);
        if (call.Body.Number("delay") is { } wait and > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(wait, 20_000)), call.Server.Time, call.Gone);
        }

        return SandboxAnswer.Created(new JsonObject { ["presence"] = presence });
    }

    public static Task<SandboxAnswer> BlockAsync(SandboxCall call)
    {
        var (number, status) = (call.Required("number"), call.Required("status"));
        if (status is not ("block" or "unblock"))
        {
            return Task.FromResult(SandboxAnswer.Invalid("status is not one of enum values: block,unblock"));
        }

        call.RequireOpen();
        lock (call.Instance.Gate)
        {
            call.Instance.Chats.Block(SandboxJid.Of(number), status == "block");
        }

        call.Server.Log.Write(status, call.Instance, new JsonObject { ["number"] = SandboxJid.User(SandboxJid.Of(number)) });
        return Task.FromResult(SandboxAnswer.Created(new JsonObject { ["block"] = "success" }));
    }

    public static Task<SandboxAnswer> PictureAsync(SandboxCall call)
    {
        var jid = SandboxJid.Of(call.Required("number"));
        return Task.FromResult(SandboxAnswer.Ok(new JsonObject { ["wuid"] = jid, ["profilePictureUrl"] = null }));
    }

    private static JsonObject Row(SandboxInstance instance, string number, string jid)
    {
        var row = new JsonObject
        {
            ["jid"] = jid,
            ["exists"] = SandboxSending.Exists(instance, number, jid),
            ["number"] = number,
        };
        lock (instance.Gate)
        {
            if (instance.Chats.Contact(jid)?.PushName is { } name)
            {
                row["name"] = name;
            }
        }

        if (SandboxJid.IsPerson(jid))
        {
            row["lid"] = SandboxJid.LidOf(jid);
        }

        return row;
    }

    private static JsonObject Boom() =>
        new()
        {
            ["data"] = null,
            ["isBoom"] = true,
            ["isServer"] = false,
            ["output"] = new JsonObject
            {
                ["statusCode"] = 428,
                ["payload"] = new JsonObject
                {
                    ["statusCode"] = 428,
                    ["error"] = "Precondition Required",
                    ["message"] = "Connection Closed",
                },
                ["headers"] = new JsonObject(),
            },
        };
}
