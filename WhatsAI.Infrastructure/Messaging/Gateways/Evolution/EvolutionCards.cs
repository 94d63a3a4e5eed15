using System.Text.Json;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Infrastructure.Messaging.Gateways.Evolution;

/// <summary>Contact cards: enough of a vCard to show names and numbers.</summary>
internal static class EvolutionCards
{
    private const int LongestCard = 16_000;

    public static ContactCard Read(JsonElement json)
    {
        var card = json.Text("vcard") is { Length: <= LongestCard } text ? text : null;
        var lines = card?.Split('\n', StringSplitOptions.TrimEntries) ?? [];
        var name = json.Word("displayName") ?? EvolutionJson.OneLine(Value(lines.FirstOrDefault(line => IsNamed(line, "FN"))), 300);
        return new ContactCard(
            name ?? "",
            [.. lines.Where(line => IsNamed(line, "TEL")).Select(line => EvolutionJson.OneLine(Value(line), 60)).OfType<string>().Take(20)],
            card
        );
    }

    // "item1.TEL;waid=55…:+55 …" : an optional group, the name, parameters, the value.
    private static bool IsNamed(string line, string name)
    {
        var end = line.AsSpan().IndexOfAny(';', ':');
        var head = end < 0 ? [] : line.AsSpan(0, end);
        return head[(head.IndexOf('.') + 1)..].Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    private static string? Value(string? line) => line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..];
}
