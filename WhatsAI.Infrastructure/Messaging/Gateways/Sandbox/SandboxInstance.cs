using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>One number on the server: what Evolution's tables hold about it, and how its phone behaves.</summary>
internal sealed class SandboxInstance(string name, string id, string token, string integration, DateTimeOffset now)
{
    public string Name { get; } = name;
    public string Id { get; } = id;
    public string Token { get; } = token;
    public string Integration { get; } = integration;
    public DateTimeOffset CreatedAt { get; } = now;
    public string SettingsId { get; init; } = "";

    /// <summary>Guards everything below that is not a single reference.</summary>
    public Lock Gate { get; } = new();

    public DateTimeOffset UpdatedAt { get; set; } = now;

    /// <summary>The live state: open, connecting or close.</summary>
    public string State { get; set; } = "close";

    /// <summary>The number given at creation; not necessarily the one that scanned.</summary>
    public string? Number { get; set; }

    public string? OwnerJid { get; set; }
    public string? ProfileName { get; set; }

    /// <summary>Sticky: stays beside "open" after the next connection.</summary>
    public int? ClosedCode { get; set; }
    public string? ClosedObject { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }

    public SandboxHook? Hook { get; set; }
    public SandboxBehaviour Behaviour { get; set; } = new();
    public SandboxQr? Qr { get; set; }

    /// <summary>Ends the QR loop or the reconnect that is under way.</summary>
    public CancellationTokenSource? Socket { get; set; }

    public SandboxChats Chats { get; } = new();

    public JsonObject Settings { get; set; } =
        new()
        {
            ["rejectCall"] = false,
            ["msgCall"] = "",
            ["groupsIgnore"] = false,
            ["alwaysOnline"] = false,
            ["readMessages"] = false,
            ["readStatus"] = false,
            ["syncFullHistory"] = false,
            ["wavoipToken"] = "",
        };

    public bool IsOpen => State == "open";

    /// <summary>The send fault that the next send meets; counted down here.</summary>
    public SandboxSendFault TakeSendFault()
    {
        lock (Gate)
        {
            var fault = Behaviour.SendFault;
            if (fault != SandboxSendFault.None && Behaviour.SendFaultTimes > 0)
            {
                Behaviour = Behaviour with
                {
                    SendFault = Behaviour.SendFaultTimes == 1 ? SandboxSendFault.None : fault,
                    SendFaultTimes = Behaviour.SendFaultTimes - 1,
                };
            }

            return fault;
        }
    }

    /// <summary>A row of fetchInstances, the token in clear as the real one has it.</summary>
    public JsonObject ToRow()
    {
        lock (Gate)
        {
            var setting = (JsonObject)Settings.DeepClone();
            setting.Insert(0, "id", SettingsId);
            setting["createdAt"] = SandboxJson.Iso(CreatedAt);
            setting["updatedAt"] = SandboxJson.Iso(UpdatedAt);
            setting["instanceId"] = Id;
            return new JsonObject
            {
                ["id"] = Id,
                ["name"] = Name,
                ["connectionStatus"] = State,
                ["ownerJid"] = OwnerJid,
                ["profileName"] = ProfileName,
                ["profilePicUrl"] = null,
                ["integration"] = Integration,
                ["number"] = Number,
                ["businessId"] = null,
                ["token"] = Token,
                ["clientName"] = "evolution_exchange",
                ["disconnectionReasonCode"] = ClosedCode,
                ["disconnectionObject"] = ClosedObject,
                ["disconnectionAt"] = ClosedAt is { } at ? SandboxJson.Iso(at) : null,
                ["createdAt"] = SandboxJson.Iso(CreatedAt),
                ["updatedAt"] = SandboxJson.Iso(UpdatedAt),
                ["Chatwoot"] = null,
                ["Proxy"] = null,
                ["Rabbitmq"] = null,
                ["Nats"] = null,
                ["Sqs"] = null,
                ["Websocket"] = null,
                ["Setting"] = setting,
                ["_count"] = new JsonObject
                {
                    ["Message"] = Chats.MessageCount,
                    ["Contact"] = Chats.ContactCount,
                    ["Chat"] = Chats.Count,
                },
            };
        }
    }
}
