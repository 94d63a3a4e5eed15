using System.Globalization;
using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>A message on its way out: refused, or taken by WhatsApp (the log says so), echoed, answered and acknowledged.</summary>
internal static class SandboxSending
{
    public static async Task<SandboxAnswer> SendAsync(SandboxCall call, string number, SandboxContent content, string? text)
    {
        var (server, instance) = (call.Server, call.Instance);
        call.RequireOpen();
        var jid = SandboxJid.Of(number);
        var fault = instance.TakeSendFault();
        if (await BeforeAsync(call, fault, number, jid) is { } refused)
        {
            return refused;
        }

        if (call.Body.Number("delay") is { } wait and > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(wait, 60_000)), server.Time, call.Gone);
            call.RequireOpen();
        }

        var message = Take(call, jid, Quoted(call, content), text);
        if (instance.Behaviour.Echo == SandboxEcho.Before)
        {
            await Task.WhenAny(Echo(call, message).First, Task.Delay(server.Options.EchoLead, server.Time));
        }
        else if (instance.Behaviour.Echo == SandboxEcho.After)
        {
            server.Later(300, () => Echo(call, message).First);
        }

        server.Phone.Taken(instance, message);
        return await AfterAsync(call, fault) ?? SandboxAnswer.Created(message.ToWire(instance.Id, instance.Hook?.Base64 ?? false));
    }

    /// <summary>Whether a number is on this pretended WhatsApp: 8 to 15 digits, and nobody said it is not.</summary>
    public static bool Exists(SandboxInstance instance, string number, string jid)
    {
        if (!SandboxJid.IsPerson(jid))
        {
            return true;
        }

        return SandboxJid.User(jid).Length is >= 8 and <= 15
            && SandboxJid.User(jid).All(char.IsAsciiDigit)
            && !instance.Behaviour.NotOnWhatsApp.Any(n => n == number || SandboxJid.Of(n) == jid);
    }

    private static async Task<SandboxAnswer?> BeforeAsync(SandboxCall call, SandboxSendFault fault, string number, string jid)
    {
        switch (fault)
        {
            case SandboxSendFault.HangBefore:
                await Task.Delay(Timeout.InfiniteTimeSpan, call.Gone);
                break;
            case SandboxSendFault.DropBefore:
                SandboxGate.Drop(call.Http);
                throw new OperationCanceledException();
            case SandboxSendFault.ConnectionClosed:
                return SandboxAnswer.Crash("Connection Closed");
            case SandboxSendFault.RateLimit:
                call.Http.Response.Headers.RetryAfter = call.Instance.Behaviour.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
                return SandboxAnswer.Throttled();
        }

        return fault == SandboxSendFault.Refuse || !Exists(call.Instance, number, jid)
            ? SandboxAnswer.BadRequest(
                new JsonObject
                {
                    ["jid"] = jid,
                    ["exists"] = false,
                    ["number"] = number,
                }
            )
            : null;
    }

    private static async Task<SandboxAnswer?> AfterAsync(SandboxCall call, SandboxSendFault fault)
    {
        switch (fault)
        {
            case SandboxSendFault.HangAfter:
                await Task.Delay(Timeout.InfiniteTimeSpan, call.Gone);
                return null;
            case SandboxSendFault.DropAfter:
                SandboxGate.Drop(call.Http);
                throw new OperationCanceledException();
            case SandboxSendFault.ErrorAfter:
                return SandboxAnswer.Crash("PrismaClientUnknownRequestError: the message could not be saved");
            case SandboxSendFault.TimeoutAfter:
                return SandboxAnswer.BadRequest("Error: Timed Out");
            default:
                return null;
        }
    }

    private static SandboxMessage Take(SandboxCall call, string jid, SandboxContent content, string? text)
    {
        var (server, instance) = (call.Server, call.Instance);
        var message = new SandboxMessage
        {
            RowId = server.Random.Cuid(),
            Key = new JsonObject
            {
                ["remoteJid"] = jid,
                ["fromMe"] = true,
                ["id"] = server.Random.SentId(),
            },
            PushName = "Você",
            Type = content.Type,
            Content = content.Body,
            Context = content.Context,
            Timestamp = server.Now.ToUnixTimeSeconds(),
            Source = "web",
            Status = "PENDING",
            Media = content.Media,
        };
        lock (instance.Gate)
        {
            instance.Chats.Add(message, server.Options, server.Random.Cuid);
        }

        server.Log.Write(
            "send",
            instance,
            new JsonObject
            {
                ["message"] = message.Id,
                ["number"] = SandboxJid.User(jid),
                ["type"] = message.Type,
                ["text"] = text,
                ["bytes"] = content.Media?.Bytes.Length,
            }
        );
        return message;
    }

    /// <summary>A quote is kept when Evolution's database has the message; an unknown one is dropped without a word, a revoked one is a crash.</summary>
    private static SandboxContent Quoted(SandboxCall call, SandboxContent content)
    {
        if (call.Body.Obj("quoted").Obj("key").Str("id") is not { } id)
        {
            return content;
        }

        lock (call.Instance.Gate)
        {
            var quoted = call.Instance.Chats.Find(id);
            if (quoted is { Revoked: true })
            {
                throw new SandboxRefusal(SandboxAnswer.BadRequest("TypeError: Cannot read properties of null (reading 'key')"));
            }

            var writer = quoted?.FromMe == true ? call.Instance.OwnerJid : quoted?.RemoteJid;
            return quoted is null ? content : content.Quoting(id, writer, quoted.Content.DeepClone());
        }
    }

    private static SandboxDelivery Echo(SandboxCall call, SandboxMessage message) =>
        call.Server.Webhooks.Post(call.Instance, "send.message", message.ToWire(call.Instance.Id, call.Instance.Hook?.Base64 ?? false));
}
