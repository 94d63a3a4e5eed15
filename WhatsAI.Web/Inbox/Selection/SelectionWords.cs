using Microsoft.Extensions.Localization;
using WhatsAI.Infrastructure.Inbox.Selection;

namespace WhatsAI.Web.Inbox.Selection;

/// <summary>What became of a selection, in a sentence.</summary>
internal static class SelectionWords
{
    /// <param name="texts">In the person's language.</param>
    /// <param name="done">A key: what was done with each ("done.resolved").</param>
    /// <param name="result">With how many.</param>
    /// <param name="name">Of the label, agent or team.</param>
    public static string Of(this IStringLocalizer<SelectionText> texts, string done, SelectionResult result, string? name = null)
    {
        var parts = new List<string>
        {
            result.Done == 0 ? texts["done.nothing"] : texts[result.Done == 1 ? $"{done}-one" : done, result.Done, name ?? ""],
        };
        foreach (
            var (key, count) in new[] { ("also.same", result.Same), ("also.missing", result.Missing), ("also.refused", result.Refused) }
        )
        {
            if (count > 0)
            {
                parts.Add(texts[count == 1 ? $"{key}-one" : key, count]);
            }
        }

        return string.Join(", ", parts);
    }

    /// <summary>Null where all was taken back.</summary>
    public static string? OfUndo(this IStringLocalizer<SelectionText> texts, SelectionResult result) =>
        (result.Same + result.Missing) switch
        {
            0 => null,
            1 => texts["undone-not-one"].Value,
            var left => texts["undone-not", left].Value,
        };
}
