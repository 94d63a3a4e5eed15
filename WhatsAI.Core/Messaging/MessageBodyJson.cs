using System.Text.Json;
using System.Text.Json.Serialization;

namespace WhatsAI.Core.Messaging;

/// <summary>How a body is kept in its jsonb column.</summary>
public static class MessageBodyJson
{
    public static JsonSerializerOptions Options { get; } =
        new(JsonSerializerDefaults.Web)
        {
            AllowOutOfOrderMetadataProperties = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Converters = { new JsonStringEnumConverter() },
        };

    public static string Write(MessageBody body) => JsonSerializer.Serialize(body, Options);

    /// <summary>Reads what <see cref="Write"/> wrote; a kind written by a later version reads as <see cref="UnsupportedBody"/>.</summary>
    public static MessageBody Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<MessageBody>(json, Options) ?? new UnsupportedBody("null");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return new UnsupportedBody("unreadable");
        }
    }
}
