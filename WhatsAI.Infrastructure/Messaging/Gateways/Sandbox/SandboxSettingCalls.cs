using System.Text.Json;
using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>The routes under /settings and /webhook.</summary>
internal static class SandboxSettingCalls
{
    private static readonly string[] RequiredFlags =
    [
        "rejectCall",
        "groupsIgnore",
        "alwaysOnline",
        "readMessages",
        "readStatus",
        "syncFullHistory",
    ];

    public static Task<SandboxAnswer> SetAsync(SandboxCall call)
    {
        foreach (var name in RequiredFlags)
        {
            if (!call.Body.ContainsKey(name))
            {
                return Task.FromResult(SandboxAnswer.Invalid($"instance requires property \"{name}\""));
            }
        }

        lock (call.Instance.Gate)
        {
            Merge(call.Instance.Settings, call.Body);
            var settings = new JsonObject { ["instanceName"] = call.Instance.Name, ["settings"] = call.Instance.Settings.DeepClone() };
            return Task.FromResult(SandboxAnswer.Created(new JsonObject { ["settings"] = settings }));
        }
    }

    public static Task<SandboxAnswer> FindAsync(SandboxCall call)
    {
        lock (call.Instance.Gate)
        {
            return Task.FromResult(SandboxAnswer.Ok(call.Instance.Settings.DeepClone()));
        }
    }

    public static Task<SandboxAnswer> SetWebhookAsync(SandboxCall call)
    {
        if (call.Body.Obj("webhook") is not { } wanted)
        {
            return Task.FromResult(SandboxAnswer.Invalid("instance requires property \"webhook\""));
        }

        if (wanted["events"] is not JsonArray events)
        {
            return Task.FromResult(SandboxAnswer.Crash("Cannot read properties of undefined (reading 'length')"));
        }

        for (var i = 0; i < events.Count; i++)
        {
            var known = events[i] is JsonValue v && v.GetValueKind() == JsonValueKind.String && SandboxHook.Known.Contains((string)v!);
            if (!known)
            {
                return Task.FromResult(
                    SandboxAnswer.Invalid($"webhook.events[{i}] is not one of enum values: {string.Join(',', SandboxHook.Known)}")
                );
            }
        }

        var enabled = wanted.Flag("enabled", true);
        var url = wanted.Str("url") ?? "";
        if (enabled && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            return Task.FromResult(SandboxAnswer.BadRequest("Invalid \"url\" property"));
        }

        call.Instance.Hook = Hook(call.Server, wanted, call.Instance.Hook);
        return Task.FromResult(SandboxAnswer.Created(call.Instance.Hook.ToRow(call.Instance.Id)));
    }

    public static Task<SandboxAnswer> FindWebhookAsync(SandboxCall call) =>
        Task.FromResult(SandboxAnswer.Ok(call.Instance.Hook?.ToRow(call.Instance.Id)));

    /// <summary>Reads a webhook of create (events unchecked there) or of webhook/set.</summary>
    public static SandboxHook Hook(SandboxServer server, JsonObject wanted, SandboxHook? before)
    {
        var events = wanted["events"] is JsonArray { Count: > 0 } list
            ? list.OfType<JsonValue>().Select(e => e.ToString()).ToArray()
            : [.. SandboxHook.Known];
        return new SandboxHook(
            before?.Id ?? server.Random.Cuid(),
            wanted.Str("url") ?? "",
            wanted.Flag("enabled", true),
            wanted.Flag("byEvents"),
            wanted.Flag("base64"),
            (JsonObject?)wanted.Obj("headers")?.DeepClone(),
            events,
            before?.CreatedAt ?? server.Now,
            server.Now
        );
    }

    public static void Merge(JsonObject settings, JsonObject body)
    {
        foreach (var name in RequiredFlags.Append("msgCall"))
        {
            if (body[name] is { } value)
            {
                settings[name] = value.DeepClone();
            }
        }
    }
}
