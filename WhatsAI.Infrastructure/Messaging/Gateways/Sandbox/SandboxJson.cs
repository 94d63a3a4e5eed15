using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Sandbox;

/// <summary>JSON as Node writes it: nothing escaped that need not be, bytes as index maps, 64-bit numbers in two halves.</summary>
internal static class SandboxJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    public static string Text(JsonNode? node) => node is null ? "null" : node.ToJsonString(Options);

    public static JsonObject Bytes(ReadOnlySpan<byte> bytes)
    {
        var map = new JsonObject();
        for (var i = 0; i < bytes.Length; i++)
        {
            map[i.ToString(System.Globalization.CultureInfo.InvariantCulture)] = (int)bytes[i];
        }

        return map;
    }

    public static JsonObject Long(long value, bool unsigned = true) =>
        new()
        {
            ["low"] = unchecked((int)value),
            ["high"] = (int)(value >> 32),
            ["unsigned"] = unsigned,
        };

    public static string Iso(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A string at this path, or null for anything else: bodies come from outside.</summary>
    public static string? Str(this JsonObject? o, string name) =>
        o?[name] is JsonValue v && v.GetValueKind() == JsonValueKind.String ? v.GetValue<string>() : null;

    public static bool Flag(this JsonObject? o, string name, bool otherwise = false) =>
        o?[name] is JsonValue v
            ? v.GetValueKind() switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                JsonValueKind.String => v.GetValue<string>() == "true",
                _ => otherwise,
            }
            : otherwise;

    public static double? Number(this JsonObject? o, string name) =>
        o?[name] is JsonValue v
            ? v.GetValueKind() switch
            {
                JsonValueKind.Number when v.TryGetValue(out double d) => d,
                JsonValueKind.Number => double.Parse(v.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture),
                JsonValueKind.String
                    when double.TryParse(v.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture, out var d) => d,
                _ => null,
            }
            : null;

    public static JsonObject? Obj(this JsonObject? o, string name) => o?[name] as JsonObject;
}
