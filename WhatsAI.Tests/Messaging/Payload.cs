using System.Text.Json.Nodes;

namespace WhatsAI.Tests.Messaging;

/// <summary>Recorded webhooks and answers of a real Evolution API, copied beside the tests.</summary>
internal static class Payload
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Messaging", "Payloads", "evolution");

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(Root, name));

    public static JsonNode Json(string name) => JsonNode.Parse(Bytes(name))!;

    /// <summary>Names below the root, with forward slashes, without the answers under http/.</summary>
    public static IReadOnlyList<string> Webhooks { get; } =
    [
        .. Directory
            .EnumerateFiles(Root, "*.json", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(name => !name.StartsWith("http/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Every single event: a sequence holds several.</summary>
    public static IEnumerable<byte[]> Events(string name) =>
        Json(name) is JsonArray sequence ? sequence.Select(one => System.Text.Encoding.UTF8.GetBytes(one!.ToJsonString())) : [Bytes(name)];
}
