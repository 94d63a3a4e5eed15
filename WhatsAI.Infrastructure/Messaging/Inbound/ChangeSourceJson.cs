using System.Text.Json;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>Whose change it is, beside a change that waits for its message.</summary>
internal static class ChangeSourceJson
{
    public static string Write(ChangeSource source) =>
        JsonSerializer.Serialize(
            new Stored(
                source.Chat?.Value,
                source.ChatAlt?.Value,
                source.Sender?.Value,
                source.SenderAlt?.Value,
                source.FromMe,
                source.Vouched
            )
        );

    public static ChangeSource Read(string json)
    {
        var stored = JsonSerializer.Deserialize<Stored>(json)!;
        return new ChangeSource(
            Parse(stored.Chat),
            Parse(stored.ChatAlt),
            Parse(stored.Sender),
            Parse(stored.SenderAlt),
            stored.FromMe,
            stored.Vouched
        );
    }

    private static Jid? Parse(string? text) => Jid.TryParse(text, out var jid) ? jid : null;

    private sealed record Stored(string? Chat, string? ChatAlt, string? Sender, string? SenderAlt, bool FromMe, bool Vouched);
}
