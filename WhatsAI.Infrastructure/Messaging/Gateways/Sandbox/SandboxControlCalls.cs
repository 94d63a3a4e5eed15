using System.Text.Json;
using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>The control actions on one instance.</summary>
internal sealed class SandboxControlCalls(SandboxServer server)
{
    public static JsonNode? Behave(SandboxInstance instance, JsonObject patch)
    {
        lock (instance.Gate)
        {
            instance.Behaviour = SandboxControlEndpoints.Patched(instance.Behaviour, patch);
            return JsonSerializer.SerializeToNode(instance.Behaviour, SandboxJson.Options);
        }
    }

    public JsonNode? Write(SandboxInstance instance, JsonObject body)
    {
        var write = SandboxControlEndpoints.Read<SandboxWrite>(body);
        if (write.Kind is not ("edit" or "revoke") && !SandboxWrite.Kinds.Contains(write.Kind))
        {
            throw Refused(400, "Unknown kind. Known: edit, revoke, " + string.Join(", ", SandboxWrite.Kinds));
        }

        if (!instance.IsOpen)
        {
            throw Refused(409, "The number is not connected.");
        }

        var ids = server.Phone.Write(instance, write);
        return new JsonObject { ["ids"] = new JsonArray([.. ids.Select(i => (JsonNode)i)]) };
    }

    public JsonNode? Scan(SandboxInstance instance, JsonObject body)
    {
        if (instance.Qr is null)
        {
            throw Refused(409, "No QR is shown.");
        }

        server.Lifecycle.Scan(instance, Digits(body.Str("phone")), body.Str("profileName"));
        return SandboxControlEndpoints.Describe(instance);
    }

    public JsonNode? Pair(SandboxInstance instance, JsonObject body)
    {
        var typed = body.Str("code")?.Replace("-", "").Trim();
        if (instance.Qr?.PairingCode is not { } code || !code.Equals(typed, StringComparison.OrdinalIgnoreCase))
        {
            throw Refused(409, "This is not the pairing code.");
        }

        server.Lifecycle.Scan(instance, Digits(body.Str("phone")) ?? instance.Number, body.Str("profileName"));
        return SandboxControlEndpoints.Describe(instance);
    }

    public JsonNode? Close(SandboxInstance instance, JsonObject body)
    {
        var code = (int)(body.Number("code") ?? 401);
        if (SandboxClose.IsFinal(code))
        {
            server.Lifecycle.Close(instance, code, body.Str("banCode"), (int?)body.Number("expireSeconds"));
        }
        else
        {
            server.Lifecycle.Reconnect(instance, code);
        }

        return SandboxControlEndpoints.Describe(instance);
    }

    public JsonNode? Zombie(SandboxInstance instance, JsonObject body)
    {
        server.Lifecycle.Zombie(instance);
        return SandboxControlEndpoints.Describe(instance);
    }

    public JsonNode? NextQr(SandboxInstance instance, JsonObject body)
    {
        server.Lifecycle.NextQr(instance);
        return SandboxControlEndpoints.Describe(instance);
    }

    public JsonNode? EndQr(SandboxInstance instance, JsonObject body)
    {
        server.Lifecycle.GiveUpQr(instance);
        return SandboxControlEndpoints.Describe(instance);
    }

    public JsonNode? Receipt(SandboxInstance instance, JsonObject body)
    {
        SandboxMessage? message;
        lock (instance.Gate)
        {
            message = instance.Chats.Find(body.Str("messageId"));
        }

        if (message is null || body.Str("status") is not { } status)
        {
            throw Refused(404, "There is no such message, or no status.");
        }

        server.Phone.Receipt(instance, message, status, body.Flag("byLid"));
        return null;
    }

    public JsonNode? Typing(SandboxInstance instance, JsonObject body)
    {
        server.Phone.Typing(instance, body.Str("from") ?? "5511977770001", body.Str("presence") ?? "composing");
        return null;
    }

    /// <summary>Any webhook, word for word: for events that nothing here makes by itself.</summary>
    public JsonNode? Post(SandboxInstance instance, JsonObject body)
    {
        if (body.Str("event") is not { } name)
        {
            throw Refused(400, "Name the event.");
        }

        server.Webhooks.Post(instance, name, body["data"]?.DeepClone());
        return null;
    }

    private static string? Digits(string? phone) =>
        phone is null ? null
        : new string([.. phone.Where(char.IsAsciiDigit)]) is { Length: > 0 } digits ? digits
        : null;

    private static SandboxRefusal Refused(int status, string sentence) => new(SandboxControlEndpoints.Refused(status, sentence));
}
