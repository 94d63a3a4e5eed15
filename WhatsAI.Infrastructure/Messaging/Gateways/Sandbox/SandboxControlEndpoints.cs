using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>What a test or the control page can make happen. JSON only: a form of a foreign page cannot post it without asking first.</summary>
internal static class SandboxControlEndpoints
{
    public static void Map(IEndpointRouteBuilder group, SandboxServer server, SandboxPage page)
    {
        group.MapGet("/_control", page.ShowAsync);
        group.MapGet("/_control/live", page.LiveAsync);
        group.MapGet("/_control/page.js", http => SandboxPage.AssetAsync(http, "page.js", "text/javascript; charset=utf-8"));
        group.MapGet("/_control/page.css", http => SandboxPage.AssetAsync(http, "page.css", "text/css; charset=utf-8"));
        group.MapGet("/_control/state", http => WriteAsync(http, 200, State(server)));
        group.MapGet(
            "/_control/log",
            http =>
            {
                var count = int.TryParse(http.Request.Query["count"], out var c) ? Math.Clamp(c, 1, 400) : 100;
                return WriteAsync(http, 200, new JsonArray([.. server.Log.Last(count)]));
            }
        );
        Post(group, "/_control/faults", (_, body) => SetFaults(server, body));
        Post(group, "/_control/instances", (_, body) => Add(server, body));

        void Own(string action, Func<SandboxInstance, JsonObject, JsonNode?> work) =>
            Post(
                group,
                "/_control/instances/{instance}/" + action,
                (http, body) =>
                    server.Instances.TryGetValue((string)http.Request.RouteValues["instance"]!, out var instance)
                        ? work(instance, body)
                        : throw new SandboxRefusal(Refused(404, "There is no such instance."))
            );

        var control = new SandboxControlCalls(server);
        Own("behaviour", SandboxControlCalls.Behave);
        Own("write", control.Write);
        Own("scan", control.Scan);
        Own("pair", control.Pair);
        Own("close", control.Close);
        Own("zombie", control.Zombie);
        Own("next-qr", control.NextQr);
        Own("end-qr", control.EndQr);
        Own("receipt", control.Receipt);
        Own("typing", control.Typing);
        Own("post", control.Post);
    }

    public static SandboxAnswer Refused(int status, string sentence) => new(status, new JsonObject { ["error"] = sentence });

    /// <summary>The settings with these properties changed; an unknown one is refused, so that a typing mistake in a test is seen.</summary>
    public static T Patched<T>(T now, JsonObject patch)
    {
        var all = JsonSerializer.SerializeToNode(now, SandboxJson.Options)!.AsObject();
        foreach (var (name, value) in patch)
        {
            all[name] = value?.DeepClone();
        }

        return Read<T>(all);
    }

    public static T Read<T>(JsonObject body)
    {
        try
        {
            return body.Deserialize<T>(SandboxJson.Options)!;
        }
        catch (JsonException e)
        {
            throw new SandboxRefusal(Refused(400, e.Message));
        }
    }

    public static JsonObject Describe(SandboxInstance instance)
    {
        lock (instance.Gate)
        {
            return new JsonObject
            {
                ["name"] = instance.Name,
                ["instanceId"] = instance.Id,
                ["state"] = instance.State,
                ["phone"] = instance.OwnerJid is { } jid ? SandboxJid.User(jid) : instance.Number,
                ["profileName"] = instance.ProfileName,
                ["closedCode"] = instance.ClosedCode,
                ["qr"] = instance.Qr?.ToBody(),
                ["webhookUrl"] = instance.Hook?.Url,
                ["messages"] = instance.Chats.MessageCount,
                ["chats"] = instance.Chats.Count,
                ["behaviour"] = JsonSerializer.SerializeToNode(instance.Behaviour, SandboxJson.Options),
            };
        }
    }

    private static JsonObject State(SandboxServer server) =>
        new()
        {
            ["faults"] = JsonSerializer.SerializeToNode(server.Faults, SandboxJson.Options),
            ["instances"] = new JsonArray([.. server.Instances.Values.OrderBy(i => i.CreatedAt).Select(Describe)]),
        };

    private static JsonNode? SetFaults(SandboxServer server, JsonObject body)
    {
        server.Faults = Patched(server.Faults, body);
        return JsonSerializer.SerializeToNode(server.Faults, SandboxJson.Options);
    }

    private static JsonObject Add(SandboxServer server, JsonObject body)
    {
        var number = Read<SandboxNumber>(body);
        return new SandboxSeed(server).Ensure(number)
            ? Describe(server.Instances[number.Name])
            : throw new SandboxRefusal(Refused(409, "The name is in use."));
    }

    private static void Post(IEndpointRouteBuilder group, string path, Func<HttpContext, JsonObject, JsonNode?> work) =>
        group.MapPost(
            path,
            async http =>
            {
                if (!http.Request.HasJsonContentType())
                {
                    await WriteAsync(http, 415, new JsonObject { ["error"] = "Send application/json." });
                    return;
                }

                try
                {
                    var body = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
                    await WriteAsync(http, 200, work(http, body as JsonObject ?? []));
                }
                catch (SandboxRefusal refusal)
                {
                    await WriteAsync(http, refusal.Answer.Status, refusal.Answer.Body);
                }
                catch (Exception e) when (e is JsonException or FormatException)
                {
                    await WriteAsync(http, 400, new JsonObject { ["error"] = e.Message });
                }
            }
        );

    private static Task WriteAsync(HttpContext http, int status, JsonNode? body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        return http.Response.WriteAsync(SandboxJson.Text(body), http.RequestAborted);
    }
}
