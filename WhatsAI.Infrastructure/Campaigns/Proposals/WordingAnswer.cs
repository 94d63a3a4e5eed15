using System.Text.Json;
using WhatsAI.Core.Campaigns.Proposals;

namespace WhatsAI.Infrastructure.Campaigns.Proposals;

/// <summary>What a provider answered, read without trust.</summary>
internal static class WordingAnswer
{
    /// <summary>The wordings in it, at most as many as may be asked for; null: it holds none.</summary>
    public static IReadOnlyList<string>? Read(string answer)
    {
        // Some put a fence or a greeting around it.
        var (from, to) = (answer.IndexOf('{', StringComparison.Ordinal), answer.LastIndexOf('}'));
        if (from < 0 || to <= from)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(answer.AsMemory(from, to - from + 1), new JsonDocumentOptions { MaxDepth = 8 });
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("variants", out var variants)
                && variants.ValueKind == JsonValueKind.Array
                && variants.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String)
                && variants.GetArrayLength() > 0
                ? [.. variants.EnumerateArray().Take(ProposalPrompt.Most).Select(v => Clean(v.GetString()!))]
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // A zero, or half of a pair, could not be kept.
    private static string Clean(string text) =>
        string.Concat(text.EnumerateRunes().Where(r => r.Value != 0 && r != System.Text.Rune.ReplacementChar).Select(r => r.ToString()));
}
