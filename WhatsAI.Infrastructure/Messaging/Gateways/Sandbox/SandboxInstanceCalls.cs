using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>The routes under /instance, and the two that need none.</summary>
internal static class SandboxInstanceCalls
{
    public static Task<SandboxAnswer> RootAsync(SandboxCall call) =>
        Now(
            SandboxAnswer.Ok(
                new JsonObject
                {
                    ["status"] = 200,
                    ["message"] = "Welcome to the Evolution API, it is working!",
                    ["version"] = "2.3.6",
                    ["clientName"] = "evolution_exchange",
                    ["manager"] = call.Server.Options.BaseAddress + "/manager",
                    ["documentation"] = "https://doc.evolution-api.com",
                    ["whatsappWebVersion"] = "2.3000.1027934701",
                }
            )
        );

    public static Task<SandboxAnswer> VerifyAsync(SandboxCall call) =>
        Now(
            SandboxAnswer.Ok(
                new JsonObject
                {
                    ["status"] = 200,
                    ["message"] = "Credentials are valid",
                    ["facebookAppId"] = "",
                    ["facebookConfigId"] = "",
                    ["facebookUserToken"] = "",
                }
            )
        );

    public static async Task<SandboxAnswer> CreateAsync(SandboxCall call)
    {
        var (server, body) = (call.Server, call.Body);
        if (body.Str("integration") is not ("WHATSAPP-BAILEYS" or "EVOLUTION"))
        {
            return SandboxAnswer.BadRequest("Invalid integration");
        }

        var name = call.Required("instanceName");
        var token = body.Str("token") is { Length: > 0 } given ? given : server.Random.Guid().ToString().ToUpperInvariant();
        var instance = new SandboxInstance(name, server.Random.Guid().ToString(), token, body.Str("integration")!, server.Now)
        {
            SettingsId = server.Random.Cuid(),
            Number = body.Str("number") is { Length: > 0 } number ? number : null,
        };
        SandboxSettingCalls.Merge(instance.Settings, body);
        if (body.Obj("webhook") is { } hook && hook.Str("url") is { Length: > 0 })
        {
            instance.Hook = SandboxSettingCalls.Hook(call.Server, hook, null);
        }

        if (!server.Instances.TryAdd(name, instance))
        {
            return SandboxAnswer.Forbidden($"This name \"{name}\" is already in use.");
        }

        var id = new JsonObject { ["instanceName"] = name, ["instanceId"] = instance.Id };
        server.Webhooks.Post(instance, "instance.create", id);
        var qrWanted = instance.Integration == "WHATSAPP-BAILEYS" && body.Flag("qrcode");
        if (instance.Integration == "EVOLUTION")
        {
            instance.State = "open";
        }
        else if (qrWanted)
        {
            server.Lifecycle.Connect(instance, instance.Number);
            await Task.Delay(server.Options.QrWait, server.Time, call.Gone);
        }

        return SandboxAnswer.Created(Created(instance, qrWanted));
    }

    public static Task<SandboxAnswer> FetchAsync(SandboxCall call)
    {
        var (server, query) = (call.Server, call.Http.Request.Query);
        var key = call.Http.Request.Headers["apikey"].ToString();
        var mine = server.Instances.Values.Where(i => key == server.Options.ApiKey || i.Token == key);
        foreach (var (filter, value) in query)
        {
            mine = filter switch
            {
                "instanceName" => mine.Where(i => i.Name == value),
                "instanceId" => mine.Where(i => i.Id == value),
                "number" => mine.Where(i => i.Number == value || i.OwnerJid == SandboxJid.Of(value.ToString())),
                _ => mine,
            };
        }

        var rows = mine.OrderBy(i => i.CreatedAt).Select(i => (JsonNode)i.ToRow()).ToArray();
        return Now(
            rows.Length == 0 && query.Count > 0
                ? SandboxAnswer.NotFound($"Instance \"{query.First().Value}\" not found")
                : SandboxAnswer.Ok(new JsonArray(rows))
        );
    }

    public static async Task<SandboxAnswer> ConnectAsync(SandboxCall call)
    {
        var (server, instance) = (call.Server, call.Instance);
        if (instance.IsOpen)
        {
            return SandboxAnswer.Ok(Named(instance));
        }

        var number = call.Http.Request.Query["number"].ToString() is { Length: > 0 } n ? n : null;
        var starting = instance.State != "connecting";
        server.Lifecycle.Connect(instance, number);
        if (starting)
        {
            await Task.Delay(server.Options.QrWait, server.Time, call.Gone);
        }

        return SandboxAnswer.Ok(instance.Qr?.ToBody() ?? new JsonObject { ["count"] = 0 });
    }

    public static Task<SandboxAnswer> StateAsync(SandboxCall call) => Now(SandboxAnswer.Ok(Named(call.Instance)));

    public static Task<SandboxAnswer> RestartAsync(SandboxCall call)
    {
        if (!call.Instance.IsOpen)
        {
            return Now(SandboxAnswer.Ok(new JsonObject { ["error"] = true, ["message"] = "[object Object]" }));
        }

        var answer = Named(call.Instance);
        call.Server.Lifecycle.Reconnect(call.Instance, 515);
        return Now(SandboxAnswer.Ok(answer));
    }

    public static Task<SandboxAnswer> LogoutAsync(SandboxCall call)
    {
        if (call.Instance.State == "close")
        {
            return Now(SandboxAnswer.BadRequest($"The \"{call.Instance.Name}\" instance is not connected"));
        }

        call.Server.Lifecycle.Close(call.Instance, 401);
        return Now(Success("Instance logged out"));
    }

    public static async Task<SandboxAnswer> DeleteAsync(SandboxCall call)
    {
        await call.Server.Lifecycle.DeleteAsync(call.Instance);
        return Success("Instance deleted");
    }

    public static Task<SandboxAnswer> SetPresenceAsync(SandboxCall call)
    {
        if (call.Required("presence") is not ("unavailable" or "available" or "composing" or "recording" or "paused"))
        {
            return Now(SandboxAnswer.Invalid("presence is not one of enum values: unavailable,available,composing,recording,paused"));
        }

        return Now(
            call.Instance.IsOpen
                ? SandboxAnswer.Created(new JsonObject { ["presence"] = call.Body.Str("presence") })
                : SandboxAnswer.BadRequest("TypeError: Cannot read properties of undefined (reading 'name')")
        );
    }

    private static JsonObject Created(SandboxInstance instance, bool withQr)
    {
        var webhook = new JsonObject();
        if (instance.Hook is { } hook)
        {
            webhook["webhookUrl"] = hook.Url;
            if (hook.Headers is not null)
            {
                webhook["webhookHeaders"] = hook.Headers.DeepClone();
            }

            (webhook["webhookByEvents"], webhook["webhookBase64"]) = (hook.ByEvents, hook.Base64);
        }

        var body = new JsonObject
        {
            ["instance"] = new JsonObject
            {
                ["instanceName"] = instance.Name,
                ["instanceId"] = instance.Id,
                ["integration"] = instance.Integration,
                ["webhookWaBusiness"] = null,
                ["accessTokenWaBusiness"] = "",
                ["status"] = instance.State,
            },
            ["hash"] = instance.Token,
            ["webhook"] = webhook,
            ["websocket"] = new JsonObject(),
            ["rabbitmq"] = new JsonObject(),
            ["nats"] = new JsonObject(),
            ["sqs"] = new JsonObject(),
            ["settings"] = instance.Settings.DeepClone(),
        };
        if (withQr)
        {
            body["qrcode"] = instance.Qr?.ToBody() ?? new JsonObject { ["count"] = 0 };
        }

        return body;
    }

    private static JsonObject Named(SandboxInstance instance) =>
        new()
        {
            ["instance"] = new JsonObject { ["instanceName"] = instance.Name, ["state"] = instance.State },
        };

    private static SandboxAnswer Success(string sentence) =>
        SandboxAnswer.Ok(
            new JsonObject
            {
                ["status"] = "SUCCESS",
                ["error"] = false,
                ["response"] = new JsonObject { ["message"] = sentence },
            }
        );

    private static Task<SandboxAnswer> Now(SandboxAnswer answer) => Task.FromResult(answer);
}
