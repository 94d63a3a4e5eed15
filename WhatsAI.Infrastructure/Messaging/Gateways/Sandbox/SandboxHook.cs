using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>Where an instance posts its events, as <c>webhook/set</c> left it.</summary>
internal sealed record SandboxHook(
    string Id,
    string Url,
    bool Enabled,
    bool ByEvents,
    bool Base64,
    JsonObject? Headers,
    IReadOnlyList<string> Events,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt
)
{
    /// <summary>What <c>webhook/set</c> accepts; GROUPS_UPDATE is not among them although groups.update is emitted under that name.</summary>
    public static readonly IReadOnlyList<string> Known =
    [
        "APPLICATION_STARTUP",
        "QRCODE_UPDATED",
        "MESSAGES_SET",
        "MESSAGES_UPSERT",
        "MESSAGES_EDITED",
        "MESSAGES_UPDATE",
        "MESSAGES_DELETE",
        "SEND_MESSAGE",
        "SEND_MESSAGE_UPDATE",
        "CONTACTS_SET",
        "CONTACTS_UPSERT",
        "CONTACTS_UPDATE",
        "PRESENCE_UPDATE",
        "CHATS_SET",
        "CHATS_UPSERT",
        "CHATS_UPDATE",
        "CHATS_DELETE",
        "GROUPS_UPSERT",
        "GROUP_UPDATE",
        "GROUP_PARTICIPANTS_UPDATE",
        "CONNECTION_UPDATE",
        "LABELS_EDIT",
        "LABELS_ASSOCIATION",
        "CALL",
        "TYPEBOT_START",
        "TYPEBOT_CHANGE_STATUS",
        "REMOVE_INSTANCE",
        "LOGOUT_INSTANCE",
        "INSTANCE_CREATE",
        "INSTANCE_DELETE",
        "STATUS_INSTANCE",
    ];

    /// <summary>Whether an event ("messages.upsert") was asked for. An empty list was expanded to all when it was set.</summary>
    public bool Wants(string name) => Enabled && Events.Contains(name.Replace('.', '_').Replace('-', '_').ToUpperInvariant());

    public string Address(string name) => ByEvents ? $"{Url.TrimEnd('/')}/{name.Replace('.', '-')}" : Url;

    public JsonObject ToRow(string instanceId) =>
        new()
        {
            ["id"] = Id,
            ["url"] = Url,
            ["headers"] = Headers?.DeepClone(),
            ["enabled"] = Enabled,
            ["events"] = new JsonArray([.. Events.Select(e => (JsonNode)e)]),
            ["webhookByEvents"] = ByEvents,
            ["webhookBase64"] = Base64,
            ["createdAt"] = SandboxJson.Iso(CreatedAt),
            ["updatedAt"] = SandboxJson.Iso(UpdatedAt),
            ["instanceId"] = instanceId,
        };
}
