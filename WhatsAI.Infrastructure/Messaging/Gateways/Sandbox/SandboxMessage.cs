using System.Text.Json.Nodes;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>A message as Evolution's database keeps it. Changed only under its instance's lock.</summary>
internal sealed class SandboxMessage
{
    public required string RowId { get; init; }
    public required JsonObject Key { get; init; }
    public required string? PushName { get; init; }
    public required string Type { get; init; }
    public required JsonObject Content { get; init; }
    public JsonNode? Context { get; init; }
    public required long Timestamp { get; init; }
    public required string Source { get; init; }
    public required string Status { get; set; }
    public List<string> Updates { get; } = [];
    public SandboxMedia? Media { get; set; }
    public bool Revoked { get; set; }

    /// <summary>Whether the server's own database has it; its phone does in any case.</summary>
    public bool Kept { get; init; } = true;

    public string Id => Key.Str("id")!;

    public string RemoteJid => Key.Str("remoteJid")!;

    public bool FromMe => Key.Flag("fromMe");

    /// <summary>The body of a webhook or of a send's answer.</summary>
    public JsonObject ToWire(string instanceId, bool base64)
    {
        var content = (JsonObject)Content.DeepClone();
        if (base64 && Media is { } media)
        {
            content["base64"] = Convert.ToBase64String(media.Bytes);
        }

        return new JsonObject
        {
            ["key"] = Key.DeepClone(),
            ["pushName"] = PushName,
            ["status"] = Status,
            ["message"] = content,
            ["contextInfo"] = Context?.DeepClone(),
            ["messageType"] = Type,
            ["messageTimestamp"] = Timestamp,
            ["instanceId"] = instanceId,
            ["source"] = Source,
        };
    }

    /// <summary>A row of findMessages.</summary>
    public JsonObject ToRecord(string instanceId) =>
        new()
        {
            ["id"] = RowId,
            ["key"] = Key.DeepClone(),
            ["pushName"] = PushName,
            ["messageType"] = Type,
            ["message"] = Content.DeepClone(),
            ["messageTimestamp"] = Timestamp,
            ["instanceId"] = instanceId,
            ["source"] = Source,
            ["contextInfo"] = Context?.DeepClone(),
            ["MessageUpdate"] = new JsonArray([.. Updates.Select(s => new JsonObject { ["status"] = s })]),
        };
}

internal sealed record SandboxMedia(byte[] Bytes, string MimeType, string? FileName, string? Caption);
